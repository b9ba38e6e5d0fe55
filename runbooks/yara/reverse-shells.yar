// Reverse shells and droppers in scripts. The files are small: manuals and word lists that collect such lines are larger.

rule reverse_shell_script {
  meta:
    description = "A line that binds a shell to a remote address"
    technique = "T1059.004"
    false_positive = "security tools' own examples"
  strings:
    $bash = /(bash|sh)\s+-i\s*[<>&|0-9 ]{1,8}\/dev\/(tcp|udp)\/[^\s\/]{3,80}\/[0-9]{1,5}/
    $exec = /exec\s+[0-9]{1,3}<>\s*\/dev\/(tcp|udp)\/[^\s\/]{3,80}\/[0-9$]/
    $netcat = /\b(nc|ncat|netcat)\b[^\n]{0,60}\s-[a-z]{0,4}(e|c)\s*['"]?\/bin\/(ba|da|z)?sh/
    $fifo = /mkfifo\s[^\n]{1,60}\/bin\/(ba|da)?sh[^\n]{0,40}\|\s*(nc|ncat|netcat)\b/
    $python = /socket\.socket\([^\n]{0,80}connect\(\([^\n]{4,80}(os\.dup2|pty\.spawn|subprocess)/
    $perl = /use Socket;[^\n]{0,200}exec\s*\(?\s*["']\/bin\/(ba)?sh/
  condition:
    filesize < 64KB and any of them
}

rule download_and_run {
  meta:
    description = "A script that fetches from a bare address and runs it at once"
    technique = "T1105"
    false_positive = "installers that pipe curl into a shell from an address without a name"
  strings:
    $piped = /(curl|wget)\s[^\n|]{0,120}https?:\/\/([0-9]{1,3}\.){3}[0-9]{1,3}[^\n|]{0,120}\|\s*(sudo\s+)?(ba|da|z)?sh\b/
    $saved = /(curl|wget)\s[^\n]{0,120}https?:\/\/([0-9]{1,3}\.){3}[0-9]{1,3}[^\n]{0,160}(\n|;|&&)[^\n]{0,80}chmod\s+(\+x|[0-7]{3,4})/
  condition:
    filesize < 64KB and any of them
}

rule preload_hook {
  meta:
    description = "A small shared object made to hide processes or files when preloaded"
    technique = "T1574.006"
    false_positive = "tracing and accounting libraries"
  strings:
    $preload = "ld.so.preload"
    $next = "dlsym"
    $hook1 = "readdir64"
    $hook2 = "readdir"
    $hook3 = "fopen64"
    $hide = "/proc/self/fd/%d"
  condition:
    filesize < 512KB and uint32(0) == 0x464c457f and $preload and $next and any of ($hook*) and $hide
}
