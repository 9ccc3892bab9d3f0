export type CameraKind = 'csi' | 'usb' | 'other';

/** What a video device is, by the name its driver gives it: the Tegra capture unit names the CSI sensor behind it. */
export function cameraKind(name: string): CameraKind {
  if (/^vi-output\b/.test(name)) return 'csi';
  return /tegra|nvidia/i.test(name) ? 'other' : 'usb';
}
