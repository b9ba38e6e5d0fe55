import type { Instance } from '../../estate/machine-types';

/** What a Debian cloud image prints while it boots, shortened, with this instance's own facts. */
export function consoleText(instance: Instance): string {
  const at = new Date(instance.launchedAt).toISOString();
  return [
    '[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)',
    '[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-56-cloud-amd64 root=PARTUUID=stand-in ro console=ttyS0',
    '[    1.874021] EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode. Quota mode: none.',
    `[    8.412733] cloud-init[431]: Cloud-init v. 22.4.2 running 'init' at ${at}.`,
    `[   12.907114] cloud-init[431]: instance-id: ${instance.id} image: ${instance.image}`,
    '[   14.220391] systemd[1]: Started amazon-ssm-agent.service - amazon-ssm-agent.',
    `Debian GNU/Linux 12 ${instance.id} ttyS0`,
    '',
    `${instance.id} login: `,
    '',
  ].join('\n');
}

/** A JPEG of one grey pixel (JFIF, 8x8 block), base64: the shape of an answer, not a picture of a console. */
export const SCREENSHOT_JPEG =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z';
