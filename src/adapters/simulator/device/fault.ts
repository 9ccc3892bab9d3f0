/** How a simulated device misbehaves. */
export type Fault =
  /** Every answer comes this much later. */
  | { readonly kind: 'slow'; readonly latencyMs: number }
  /** Half of each answer is sent, then the link is cut. */
  | { readonly kind: 'drop' }
  /** `tcp`: the port is closed. `auth`: no login is accepted. */
  | { readonly kind: 'refuse'; readonly at: 'tcp' | 'auth' }
  /** Connections are accepted, and nothing is ever said; open links answer nothing more. */
  | { readonly kind: 'silent' }
  /** The board lost its time: it booted at the beginning of 1970. */
  | { readonly kind: 'clock_1970' }
  /** After the next shutdown it never comes back, until somebody cuts its power and gives it again. */
  | { readonly kind: 'hangs_on_reboot' }
  /** It takes so much longer to start. */
  | { readonly kind: 'slow_boot'; readonly ms: number }
  /** No file can grow: every write ends with ENOSPC. */
  | { readonly kind: 'full_disk' }
  /** `password`: sudo takes no password. `not_in_sudoers`: the account may not use sudo at all. */
  | { readonly kind: 'wrong_sudo'; readonly as: 'password' | 'not_in_sudoers' }
  /** It runs slower than it is set to, from heat or from its supply. */
  | { readonly kind: 'throttle'; readonly cause: 'heat' | 'over_current' | 'under_voltage' };
