/** What a command may do to a device, the gravest first. */
export const dangers = {
  power: 'restarts the device or switches it off',
  disk: 'writes to disks or file systems directly',
  kernel: 'changes the kernel, the firmware or how the device boots',
  rights: 'changes users or rights',
  credentials: 'touches keys or passwords',
  network: 'changes the network or the firewall, which can cut the device off',
  hardware: 'changes hardware settings',
  packages: 'installs or removes software',
  services: 'starts, stops or schedules services',
  containers: 'acts on containers',
  processes: 'ends processes',
  files: 'deletes or overwrites files',
  transfer: 'sends or fetches data over the network',
  code: 'runs code that jetfleet cannot look into',
  unknown: 'runs a program, or uses an option, that jetfleet does not know: it may do anything',
} as const;
export type Danger = keyof typeof dangers;

const table: Readonly<Record<Danger | 'wrapper' | 'shell', string>> = {
  power: 'reboot shutdown poweroff halt init telinit kexec rtcwake pm-suspend systemctl-reboot',
  disk: 'dd mkfs wipefs fdisk sfdisk cfdisk gdisk sgdisk parted partprobe mount umount mkswap swapon swapoff losetup cryptsetup pvcreate vgcreate lvcreate lvremove vgremove pvremove lvresize resize2fs tune2fs e2fsck fsck xfs_repair blkdiscard hdparm nvme badblocks debugfs zramctl fstrim mdadm flash_erase flashcp mtd_debug',
  kernel:
    'modprobe insmod rmmod depmod sysctl update-initramfs mkinitramfs dkms update-grub grub-install fw_setenv nvbootctrl nv_update_engine l4t_payload_updater_t210 nv-l4t-bootloader-config flash.sh efibootmgr jetson-io.py config-by-hardware.py bpftool kexec-tools',
  rights:
    'useradd adduser usermod userdel deluser groupadd groupdel addgroup delgroup gpasswd passwd chpasswd chage visudo chown chgrp chmod setfacl setcap chattr chsh vipw newgrp su',
  credentials: 'ssh-keygen ssh-add ssh-copy-id gpg pass secret-tool openssl htpasswd',
  network:
    'ip ifconfig ifup ifdown iptables ip6tables iptables-restore nft ufw nmcli nmtui netplan route tc iw iwconfig wpa_cli rfkill hostnamectl resolvectl firewall-cmd ethtool brctl bridge dhclient tailscale wg wg-quick',
  hardware:
    'nvpmodel jetson_clocks nvfancontrol i2cset gpioset busybox-devmem devmem devmem2 setpci timedatectl hwclock cpufreq-set cpupower i2cdetect i2cget i2cdump',
  packages:
    'apt apt-get aptitude dpkg snap pip pip3 npm npx yarn pnpm yum dnf conda mamba flatpak gem cargo go apk opkg rpm uv pipx make ninja cmake',
  services:
    'systemctl service update-rc.d rc-service crontab at batch loginctl supervisorctl systemd-run initctl invoke-rc.d',
  containers: 'docker podman nerdctl ctr crictl kubectl k3s docker-compose jetson-containers autotag',
  processes: 'kill pkill killall killall5 fuser skill xkill',
  files:
    'rm rmdir unlink shred truncate mv cp tee install ln rsync tar unzip gunzip gzip xz unxz bunzip2 7z cpio patch git mkdir touch mkfifo mknod split logrotate fallocate tmpreaper docker-clean',
  transfer:
    'curl wget ssh scp sftp nc ncat netcat socat ftp tftp telnet aria2c rclone ping traceroute dig host nslookup huggingface-cli hf ollama',
  code: 'trap alias python python2 python3 perl ruby node deno bun php lua awk gawk mawk eval source . ssh-agent screen tmux expect gdb vim vi nano emacs ed',
  unknown: '',
  wrapper:
    'sudo doas env nohup nice ionice timeout time exec command builtin setsid stdbuf xargs chroot unshare nsenter flock watch taskset chrt parallel strace ltrace busybox numactl cgexec setpriv runuser script unbuffer',
  shell: 'sh bash dash ash zsh ksh fish',
};

/** What kind of program a name is; `unknown` where no list has it. */
const kinds = new Map(
  Object.entries(table).flatMap(([kind, names]) =>
    names
      .split(' ')
      .flatMap((each): [string, keyof typeof table][] => (each === '' ? [] : [[each, kind as keyof typeof table]])),
  ),
);

/** What kind of program stands under a name or path. */
export function kindOf(program: string): keyof typeof table {
  const name = program.slice(program.lastIndexOf('/') + 1);
  return kinds.get(name) ?? (name.startsWith('mkfs.') ? 'disk' : 'unknown');
}
