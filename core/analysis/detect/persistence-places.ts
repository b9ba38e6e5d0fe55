import { inTemporaryPlace } from './paths';

/** A way to be started again, or to be let in again. */
export interface PersistencePlace {
  readonly kind: string;
  readonly technique: string;
  readonly pattern: RegExp;
  /** Whether a change there is rare enough on a machine in use to mark a time as suspicious (0 to 5). */
  readonly weight: number;
  /** What changes it without an attacker. */
  readonly benign: string;
}

const place = (kind: string, technique: string, weight: number, pattern: RegExp, benign: string): PersistencePlace => ({
  kind,
  technique,
  pattern,
  weight,
  benign,
});

/** Home folders of people and of root. */
const HOME = '(?:root|home/[^/]+|var/lib/[^/]+|home)';

/** Places that keep an attacker on a Linux machine, most telling first; the first that matches wins. */
export const PERSISTENCE_PLACES: readonly PersistencePlace[] = [
  place(
    'dynamic linker preload',
    'T1574.006',
    10,
    /^\/etc\/ld\.so\.preload$/,
    'a monitoring agent that hooks every program',
  ),
  place(
    'cron table',
    'T1053.003',
    4,
    /^\/var\/spool\/cron\/(?:crontabs\/|tabs\/)?[^/]+$/,
    '`crontab -e` by an administrator',
  ),
  place(
    'cron table',
    'T1053.003',
    3,
    /^\/etc\/(?:crontab|anacrontab|cron\.(?:d|hourly|daily|weekly|monthly|yearly)\/[^/]+|periodic\/[^/]+\/[^/]+|crontabs\/[^/]+)$/,
    'a package that brings a cron job',
  ),
  place(
    'at job',
    'T1053.002',
    3,
    /^\/var\/spool\/(?:cron\/)?at(?:jobs|spool)?\/a[0-9a-f]{10,}$/,
    'a job queued by an administrator',
  ),
  place(
    'authorized SSH key',
    'T1098.004',
    4,
    new RegExp(`^/${HOME}/\\.ssh/authorized_keys2?$|^/etc/ssh/(?:authorized_keys|.*\\.keys)`),
    'cloud-init at first boot, or a new colleague',
  ),
  place(
    'account file',
    'T1136.001',
    2,
    /^\/etc\/(?:passwd|shadow|group|gshadow)$/,
    'a package that creates its user, or a password change',
  ),
  place(
    'sudo rule',
    'T1548.003',
    4,
    /^\/etc\/(?:sudoers|sudoers\.d\/[^/]+|doas\.conf|doas\.d\/[^/]+)$/,
    'cloud-init at first boot, or configuration management',
  ),
  place(
    'systemd timer',
    'T1053.006',
    4,
    /^\/(?:etc|usr\/lib|lib|run|usr\/local\/lib)\/systemd\/(?:system|user)\/(?:.*\/)?[^/]+\.timer$|\/\.config\/systemd\/user\/(?:.*\/)?[^/]+\.timer$/,
    'a package or configuration management',
  ),
  place(
    'systemd unit',
    'T1543.002',
    3,
    /^\/(?:etc|usr\/lib|lib|usr\/local\/lib)\/systemd\/(?:system|user)\/(?:.*\/)?[^/]+\.(?:service|socket|path|mount|target|conf)$|\/\.config\/systemd\/user\/(?:.*\/)?[^/]+\.(?:service|socket|path)$|^\/(?:etc|usr\/lib|lib)\/systemd\/system-(?:generators|sleep|shutdown)\/[^/]+$/,
    'a package or configuration management',
  ),
  place(
    'start script',
    'T1037.004',
    3,
    /^\/etc\/(?:rc\.local|rc\.d\/rc\.local|rc\.d\/(?:init\.d\/|rc[0-6]\.d\/)?[^/]+|init\.d\/[^/]+|rc[0-6S]\.d\/[^/]+|local\.d\/[^/]+|conf\.d\/local|inittab|runlevels\/.+|sv\/[^/]+\/run)$/,
    'a package that brings a service',
  ),
  place(
    'shell start-up file',
    'T1546.004',
    3,
    new RegExp(
      `^/etc/(?:profile|bash\\.bashrc|bashrc|zshrc|zsh/.+|profile\\.d/[^/]+|environment)$|^/${HOME}/\\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|kshrc|cshrc)$`,
    ),
    'a new account, or a person who edits their own settings',
  ),
  place(
    'login module (PAM)',
    'T1556.003',
    4,
    /^\/etc\/pam\.(?:d\/[^/]+|conf)$|^\/(?:usr\/)?lib(?:64)?\/(?:[^/]+-linux-[^/]+\/)?security\/pam_[^/]+\.so$/,
    'an update of PAM',
  ),
  place(
    'SSH server setting',
    'T1098.004',
    3,
    /^\/etc\/ssh\/(?:sshd_config|sshd_config\.d\/[^/]+|sshrc)$/,
    'an administrator or cloud-init',
  ),
  place(
    'dynamic linker path',
    'T1574.006',
    3,
    /^\/etc\/ld\.so\.conf(?:\.d\/[^/]+)?$/,
    'a package with libraries of its own',
  ),
  place(
    'device rule (udev)',
    'T1546.017',
    3,
    /^\/(?:etc|usr\/lib|lib)\/udev\/rules\.d\/[^/]+\.rules$/,
    'a package or cloud-init',
  ),
  place(
    'kernel module at boot',
    'T1547.006',
    4,
    /^\/etc\/(?:modules|modules-load\.d\/[^/]+|modprobe\.d\/[^/]+)$|^\/(?:usr\/)?lib\/modules\/.+\.ko(?:\.xz|\.zst|\.gz)?$/,
    'a kernel update',
  ),
  place('login message script', 'T1546.004', 3, /^\/etc\/update-motd\.d\/[^/]+$/, 'a package'),
  place(
    'network hook',
    'T1546',
    3,
    /^\/etc\/(?:NetworkManager\/dispatcher\.d|network\/if-[^/]+\.d|dhcp\/dhclient-[^/]+-hooks\.d|networkd-dispatcher\/[^/]+|ppp\/ip-up\.d)\/[^/]+$/,
    'a package',
  ),
  place(
    'package manager hook',
    'T1546.016',
    3,
    /^\/etc\/(?:apt\/apt\.conf\.d\/[^/]+|yum\/pluginconf\.d\/[^/]+|dnf\/plugins\/[^/]+|kernel\/post(?:inst|rm)\.d\/[^/]+)$/,
    'a package',
  ),
  place('log rotation hook', 'T1053.003', 2, /^\/etc\/logrotate\.(?:conf|d\/[^/]+)$/, 'a package that brings a log'),
  place(
    'Python start-up file',
    'T1546',
    3,
    /\/(?:site|dist)-packages\/(?:[^/]+\.pth|sitecustomize\.py|usercustomize\.py)$/,
    'pip or a package',
  ),
  place(
    'git hook',
    'T1546',
    2,
    /\/(?:\.git|[^/]+\.git)\/hooks\/(?!.*\.sample$)[^/]+$/,
    'a hook manager of the project',
  ),
  place(
    'desktop autostart',
    'T1547.013',
    2,
    /\/(?:\.config|etc\/xdg)\/autostart\/[^/]+\.desktop$/,
    'a desktop package',
  ),
];

/** Files that stand in those folders and start nothing. */
const INERT =
  /\/(?:\.placeholder|README[^/]*|0hourly~|[^/]*\.(?:dpkg-(?:old|dist|new)|rpmsave|rpmnew|swp|lock))$|^\/etc\/(?:passwd|shadow|group|gshadow)-$|\/\.SEQ$|\/[^/]+-$/;

/** The persistence place a path is, if any. */
export function persistencePlace(path: string): PersistencePlace | undefined {
  // What lies in a temporary place (a checkout with its hooks, an unpacked package) starts nothing from there.
  if (INERT.test(path) || inTemporaryPlace(path)) return undefined;
  return PERSISTENCE_PLACES.find(({ pattern }) => pattern.test(path));
}
