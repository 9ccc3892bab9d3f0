import type { BoardSpec } from '../boards/board-spec.js';
import { attribute, type Files } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

const root = '/sys/class/thermal';

function coolingState(device: SimulatedDevice, type: string): number {
  if (type === 'pwm-fan') return Math.min(3, Math.floor(device.fan.pwm / 64));
  if (device.throttledBy !== 'heat' || type.startsWith('hot-surface')) return 0;
  return type.endsWith('-alert') ? 1 : 2;
}

/** The file that takes the fan's speed. */
const pwm = attribute(
  ({ fan }) => `${fan.pwm}\n`,
  ({ fan }, text) => {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 255) return 'Invalid argument';
    fan.setPwm(Number(text));
    return undefined;
  },
);

function fanFiles(spec: BoardSpec): Files {
  if (spec.fan === 'pwm-fan') {
    return {
      '/sys/devices/pwm-fan/target_pwm': pwm,
      '/sys/devices/pwm-fan/cur_pwm': (device) => `${device.fan.pwm}\n`,
      '/sys/devices/pwm-fan/rpm_measured': (device) => `${device.fan.pwm * 22}\n`,
      '/sys/devices/pwm-fan/temp_control': attribute(
        ({ fan }) => `${fan.kernelSteers ? 1 : 0}\n`,
        ({ fan }, text) => {
          if (!/^[01]$/.test(text)) return 'Invalid argument';
          if (text === '0') fan.letGo();
          fan.kernelSteers = text === '1';
          return undefined;
        },
      ),
      '/sys/devices/pwm-fan/tach_enable': '1\n',
    };
  }
  return {
    '/sys/class/hwmon/hwmon0/name': 'pwmfan\n',
    '/sys/class/hwmon/hwmon0/pwm1': pwm,
    '/sys/class/hwmon/hwmon0/pwm1_enable': attribute(
      ({ fan }) => `${fan.enable}\n`,
      ({ fan }, text) => {
        if (!/^[0-2]$/.test(text)) return 'Invalid argument';
        fan.enable = Number(text);
        return undefined;
      },
    ),
    '/sys/class/hwmon/hwmon3/name': 'pwm_tach\n',
    '/sys/class/hwmon/hwmon3/rpm': (device) => `${device.fan.pwm * 22}\n`,
    '/etc/nvfancontrol.conf': nvfancontrolConf,
  };
}

/** With `TMARGIN ENABLED` the first column is how far the board is below its limit: 0 is the hottest. */
const nvfancontrolConf = `POLLING_INTERVAL 2

<FAN 1>
	TMARGIN ENABLED
	FAN_GOVERNOR pid {
		STEP_SIZE 10
	}
	FAN_PROFILE quiet {
		#TEMP	HYST	PWM	RPM
		0	0	255	5200
		42	8	120	2600
		55	18	77	1600
		105	0	0	0
	}
	FAN_PROFILE cool {
		#TEMP	HYST	PWM	RPM
		0	0	255	5200
		52	8	215	4200
		70	9	66	1400
		105	0	66	1400
	}
	THERMAL_GROUP 0 {
		GROUP_MAX_TEMP 105
		#Thermal-Zone Coeffs Max-Temp
		cpu-thermal 20,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 0
	}
	FAN_DEFAULT_CONTROL close_loop
	FAN_DEFAULT_PROFILE cool
	FAN_DEFAULT_GOVERNOR cont
	KICKSTART_PWM 64
`;

/** Thermal zones with their trip points, cooling devices, and the fan. */
export function thermalFiles(spec: BoardSpec): Files {
  const files: Record<string, Files[string]> = {};
  for (const [index, zone] of spec.zones.entries()) {
    const folder = `${root}/thermal_zone${index}`;
    files[`${folder}/type`] = `${zone.type}\n`;
    files[`${folder}/temp`] = (device) => {
      const celsius = device.celsius(zone);
      return celsius === undefined ? undefined : `${Math.round(celsius * 32) * 31.25}`.split('.')[0]?.concat('\n');
    };
    files[`${folder}/mode`] = 'enabled\n';
    if (zone.constant !== undefined) continue;
    files[`${folder}/trip_point_0_type`] = 'critical\n';
    files[`${folder}/trip_point_0_temp`] = '104500\n';
    files[`${folder}/trip_point_1_type`] = 'passive\n';
    files[`${folder}/trip_point_1_temp`] = '99000\n';
  }
  for (const [index, type] of spec.coolers.entries()) {
    files[`${root}/cooling_device${index}/type`] = `${type}\n`;
    files[`${root}/cooling_device${index}/max_state`] = type.endsWith('-alert') ? '1\n' : '3\n';
    files[`${root}/cooling_device${index}/cur_state`] = (device) => `${coolingState(device, type)}\n`;
  }
  return { ...files, ...fanFiles(spec) };
}
