import type { TemperatureLimits } from '../src/core/jetson/hot-zones.js';
import type { OptionError } from './option-value.js';

type Environment = Readonly<Record<string, string | undefined>>;

function readLimit(env: Environment, name: string, errors: OptionError[]): number | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  const celsius = Number(text);
  if (celsius > 0 && celsius <= 125) return celsius;
  errors.push({ message: `${name} takes degrees Celsius up to 125.`, fix: `Set for example ${name}=80.` });
  return undefined;
}

/** The limits in JETSON_TEMP_WARNING and JETSON_TEMP_CRITICAL, and what is wrong with them. */
export function readTemperatureLimits(env: Environment): { limits: TemperatureLimits; errors: OptionError[] } {
  const errors: OptionError[] = [];
  const warningCelsius = readLimit(env, 'JETSON_TEMP_WARNING', errors);
  const criticalCelsius = readLimit(env, 'JETSON_TEMP_CRITICAL', errors);
  if (warningCelsius !== undefined && criticalCelsius !== undefined && warningCelsius >= criticalCelsius) {
    const message = 'JETSON_TEMP_WARNING is not below JETSON_TEMP_CRITICAL.';
    errors.push({ message, fix: 'Set for example JETSON_TEMP_WARNING=70 and JETSON_TEMP_CRITICAL=80.' });
  }
  return { limits: { warningCelsius, criticalCelsius }, errors };
}
