/** Places anyone may write to and few look into. */
const TEMPORARY = /^\/(?:tmp|var\/tmp|dev\/shm|run\/shm|run\/lock|var\/lock|dev\/mqueue|run\/user\/\d+)(?:\/|$)/;

/** Names that programs of every distribution leave in temporary places. */
const ORDINARY_TEMPORARY =
  /^\/(?:(?:var\/)?tmp\/(?:\.(?:X11|ICE|XIM|font|Test)-unix|\.X\d+-lock|systemd-private-[^/]+(?:\/tmp)?\/?$|snap-private-tmp(?:\/[^/]+(?:\/tmp)?)?\/?$|snap\.[^/]+(?:\/tmp)?\/?$|ssh-|tmux-|pulse-|vmware-|hsperfdata_|dbus-|\.dotnet|cloud-init|yum-|dnf|apt[-.]|dpkg|rpm-tmp|mkinitramfs|dracut|initramfs|amazon-ssm|ssm|npm-|pip-|go-build|_MEI|vscode-|\.mount_|hudson\d|jenkins|\.org\.chromium|Temp-|krb5cc)|run\/user\/\d+\/(?:systemd|bus|gnupg|dbus|snapd|pulse|podman|containers)|dev\/shm\/(?:sem\.|pulse-shm|PostgreSQL\.|lttng|\.?org\.chromium|mono)|run\/lock\/(?:lvm|subsys|iscsi|apache2|dmraid))/;

/** Layers of containers as Docker, containerd, Podman and CRI-O keep them on the machine's disk. */
const LAYER =
  /^\/.*?\/(?:overlay2\/[^/]+\/diff|overlay\/[^/]+\/diff|io\.containerd\.snapshotter\.v1\.[^/]+\/snapshots\/\d+\/fs)(?=\/)/;

/** The path a file in a container's layer has inside of the container; undefined for files of the machine itself. */
export function insideContainer(path: string): string | undefined {
  const layer = LAYER.exec(path)?.[0];
  return layer === undefined ? undefined : path.slice(layer.length);
}

/** True for files under /tmp, /var/tmp, /dev/shm and the like, of the machine or of a container, apart from what programs are known to keep there. */
export function inTemporaryPlace(path: string): boolean {
  const placed = insideContainer(path) ?? path;
  return TEMPORARY.test(placed) && !ORDINARY_TEMPORARY.test(placed);
}

/** Dot names that are part of distributions and common software. */
const ORDINARY_HIDDEN =
  /^\.(?:build-id|placeholder|pwd\.lock|updated|keep|gitkeep|gitignore|gitattributes|git|github|etckeeper|java|meta|well-known|htaccess|htpasswd|user\.ini|hushlogin|wh\.|snapshots?|autorelabel|bundle|npmignore|npmrc|editorconfig|eslintrc|travis\.yml|yarn|bin|pnpm|cache|config|local|ssh|gnupg|profile|bash|zsh|vim|viminfo|lesshst|wget-hsts|sudo_as_admin|cloud-locale|mysql_history|python_history|selected_editor|dockerenv|dockerignore|containerenv|installed|composer|npm|node|cargo|rustup|nvm|pyenv|rbenv|m2|gradle|aws|kube|docker|ansible|terraform|tmux|screenrc|inputrc|netrc|pki|dbus|fonts|themes|icons|mozilla|ICE|X|rnd|env|readahead|journal|relabel|resolv\.conf\.|nfs|Trash|fseventsd|uuid|lock|version|stamp|timestamp|depend|packlist|exists|pc|hmac|so|lib|fipscheck|check|cvs|svn|hg|ri|rvm|gem|bashrc|cshrc|tcshrc|xauth|Xauth|rhosts|k5login|forward|plan|project|sqlite|psql|redis|gitconfig|subversion|mc|emacs|nano|ackrc|pam_environment|ecryptfs|landscape|motd_shown|jenkins|sonar|vscode|cursor|oracle_jre_usage|helm|azure|gsutil|boto|s3cfg|pypirc|condarc|conda|jupyter|ipython|matplotlib|keras|nv|nvidia|triton)/;

/** A component such as `...`, `.. ` or ` `: made to be overlooked. */
const DECEITFUL = /^(?:\.{3,}|\.{1,2}[\s\u00a0]+|[\s\u00a0]+)$/;

/**
 * The part of a path that hides it: any dot name in a temporary place or under /dev, dot names that no distribution ships
 * under /usr, /etc, /lib, /opt, /srv or a document root, and deceitful names anywhere. Dot names in home folders are ordinary.
 */
export function hiddenPart(whole: string): string | undefined {
  const path = insideContainer(whole) ?? whole;
  const parts = path.split('/').slice(1);
  const deceitful = parts.find((part) => DECEITFUL.test(part));
  if (deceitful !== undefined) return deceitful;
  const dotted = parts.find((part) => part.startsWith('.') && part.length > 1);
  if (dotted === undefined) return undefined;
  if (TEMPORARY.test(path)) return ORDINARY_TEMPORARY.test(path) ? undefined : hiddenInTemporary(path);
  if (path.startsWith('/dev/') && !/^\/dev\/\.(?:udev|systemd|mdadm|initramfs|blkid)/.test(path)) return dotted;
  if (!/^\/(?:usr|etc|lib|lib64|bin|sbin|opt|srv|var\/www|var\/log|var\/spool|boot|media|mnt)\//.test(path))
    return undefined;
  return ORDINARY_HIDDEN.test(dotted) || /\.hmac$/.test(dotted) ? undefined : dotted;
}

/** Directly in a temporary place any dot name hides; deeper down a checkout has its `.git` and `.cache` as anywhere. */
function hiddenInTemporary(path: string): string | undefined {
  const [first, ...deeper] = belowTemporary(path);
  if (first?.startsWith('.') === true) return first;
  return deeper.find((part) => part.startsWith('.') && part.length > 1 && !ORDINARY_HIDDEN.test(part));
}

/** The parts of a path below the temporary place it lies in; none for other paths. */
export function belowTemporary(whole: string): readonly string[] {
  const path = insideContainer(whole) ?? whole;
  const root = TEMPORARY.exec(path)?.[0];
  return root === undefined
    ? []
    : path
        .slice(root.length)
        .split('/')
        .filter((part) => part !== '');
}

/** Where packages put programs and libraries. */
export function inProgramPlace(path: string): boolean {
  return /^\/(?:usr\/(?:s?bin|lib|lib32|lib64|libexec)|s?bin|lib|lib32|lib64)\//.test(path);
}

/** Programs and libraries installed from packages lie elsewhere; these places are for local additions. */
export function inLocalPlace(path: string): boolean {
  return /^\/(?:usr\/local|opt|home|root|srv)\//.test(path);
}

/** A mode of a bodyfile (`r/rrwxr-xr-x`) or of ls. */
export function isExecutable(mode: string): boolean {
  return isRegular(mode) && /[xs]/.test(mode.slice(-9));
}

export function isRegular(mode: string): boolean {
  return /^(?:[r-]\/r|-\/r|-[r-]|r\/-r)/.test(mode) || /^r\//.test(mode);
}

export function isDirectory(mode: string): boolean {
  return /^d\//.test(mode) || /^-\/d/.test(mode);
}

/** Set-user-id or set-group-id on a regular file. */
export function isSetId(mode: string): boolean {
  const bits = mode.slice(-9);
  return isRegular(mode) && (/[sS]/.test(bits[2] ?? '') || /[sS]/.test(bits[5] ?? ''));
}

/** A name whose inode was not on the disk yet when the disk was copied (mode `r/----------`, all zero). */
export function isUnwritten(mode: string): boolean {
  return /^[rdl]\/-{10}$/.test(mode) || /^[rdl]\/-$/.test(mode);
}

const WEB_FOLDERS = '(?:www|http|htdocs|html|httpdocs|public|public_html|web|webroot|wwwroot|docroot|webapps)';
const SYSTEM_ROOTS =
  /^\/(?:var\/www|usr\/share\/(?:nginx|httpd)|usr\/local\/(?:www|apache2?\/htdocs|(?:openresty\/)?nginx\/html))\//;
/** Elsewhere a folder's name says that it is served, at any depth. */
const NAMED_ROOTS = new RegExp(
  `^/(?:srv|opt|home|data|app|apps|mnt|var/lib/tomcat[^/]*|usr/(?:local|share)/tomcat[^/]*)/(?:[^/]+/)*${WEB_FOLDERS}/`,
);

/** Web applications of distributions are served from /usr/share; libraries of PHP lie there too and are not. */
const PACKAGED_SITES = /^\/usr\/share\/(?!php|pear|doc|zsh|bash)[^/]+\/.*\.(?:php\d?|phtml|phar|jspx?)$/i;

/** Document roots of the common web servers and application servers. */
export function inDocumentRoot(whole: string): boolean {
  const path = insideContainer(whole) ?? whole;
  if (PACKAGED_SITES.test(path)) return true;
  return SYSTEM_ROOTS.test(path) || /^\/(?:webapps|htdocs|public_html)\//.test(path) || NAMED_ROOTS.test(path);
}

/** Files a web server would run. */
export function isServerScript(path: string): boolean {
  return /\.(?:php[3-8s]?|phtml|phar|jspx?|jspf|war|aspx?|ashx|cgi|pl|py|cfm|shtml)$/i.test(path);
}

/** Folders that take what visitors send. */
export function inUploadFolder(path: string): boolean {
  return /\/(?:uploads?|files|images?|img|media|avatars?|attachments?|userfiles|wp-content\/uploads)\//i.test(path);
}

export function isLog(path: string): boolean {
  return /^\/var\/log\//.test(path) || /^\/var\/run\/utmp$|^\/run\/utmp$/.test(path);
}

/** Rotation renames, compresses and begins anew. */
export function isRotatedLog(path: string): boolean {
  return /(?:\.\d+|-\d{8}(?:-\d+)?|\.\d{4}-\d\d-\d\d)?\.(?:gz|xz|zst|bz2)$|\.\d+$|-\d{8,10}$|\.old$|@[0-9a-f]{16,}.*\.journal$/.test(
    path,
  );
}

export function isShellHistory(path: string): boolean {
  return /\/\.(?:bash|zsh|ash|sh|ksh|python|mysql|psql|node_repl)_?history$|\/\.histfile$/.test(path);
}

/** The folder a path lies in. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
