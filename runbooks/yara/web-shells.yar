// Web shells: code that runs what a request brings. Each rule needs a request variable beside the execution.

rule php_runs_request {
  meta:
    description = "PHP that executes or evaluates what a request brings"
    technique = "T1505.003"
    false_positive = "administration tools and test consoles of frameworks"
  strings:
    $php = "<?php" nocase
    $direct = /(eval|assert|system|shell_exec|passthru|popen|proc_open|exec)\s*\(\s*@?(base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes|urldecode)?\s*\(?\s*@?\$_(GET|POST|REQUEST|COOKIE|SERVER)\s*\[/ nocase
    $backtick = /`\s*\$_(GET|POST|REQUEST|COOKIE)\s*\[/ nocase
    $callback = /(array_map|call_user_func(_array)?|usort|preg_replace|create_function)\s*\([^;]{0,120}\$_(GET|POST|REQUEST|COOKIE)\s*\[/ nocase
  condition:
    filesize < 1MB and $php and ($direct or $backtick or $callback)
}

rule php_unpacks_and_runs {
  meta:
    description = "PHP that decodes a long literal and evaluates it"
    technique = "T1027"
    false_positive = "commercial code encoders"
  strings:
    $php = "<?php" nocase
    $packed = /eval\s*\(\s*(gzinflate|gzuncompress|str_rot13|base64_decode)\s*\(\s*(base64_decode|str_rot13|gzinflate)?\s*\(?\s*['"][A-Za-z0-9+\/=]{200}/ nocase
  condition:
    filesize < 2MB and $php and $packed
}

rule jsp_runs_request {
  meta:
    description = "JSP that starts a process from a request parameter"
    technique = "T1505.003"
    false_positive = "administration consoles"
  strings:
    $page = "<%"
    $parameter = "request.getParameter"
    $start1 = "Runtime.getRuntime().exec"
    $start2 = "ProcessBuilder"
  condition:
    filesize < 1MB and $page and $parameter and any of ($start*)
}
