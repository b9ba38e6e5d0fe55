# Streams this Windows host's memory to S3 with the contract of capture-memory.sh: a list of presigned part URLs, no
# credentials here, no image on the disk, one line of JSON at the end. Never run on a real Windows host.
# The same intent again answers what the first run answered (kept in a volatile registry key, which is memory, not disk).
# Environment: CORDON_INTENT, CORDON_URL_LIST, CORDON_PART_BYTES, CORDON_TIME_LIMIT.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$Started = (Get-Date).ToUniversalTime()
$Deadline = $Started.AddSeconds([int]$env:CORDON_TIME_LIMIT)
$Key = $env:CORDON_INTENT -replace '[^A-Za-z0-9]', '-'
$State = @{ bytes = [long]0; parts = 0; tool = 'none'; version = 'unknown'; sha256 = '' }

# LocalMachine\SOFTWARE\CordonCapture: gone with the next boot.
$Store = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey(
  'SOFTWARE\CordonCapture',
  [Microsoft.Win32.RegistryKeyPermissionCheck]::ReadWriteSubTree,
  [Microsoft.Win32.RegistryOptions]::Volatile
)
$Before = $Store.GetValue($Key)
if ($null -ne $Before) {
  Write-Output $Before
  if ($Before -match '"outcome":"captured"') { exit 0 } else { exit 1 }
}

function Get-Lines([string]$Name, [string[]]$List) {
  @($List | Where-Object { $_.StartsWith("$Name`t") } | ForEach-Object { $_.Substring($Name.Length + 1) })
}

# Four tries, 1 + 2 + 4 s apart, as a part is in memory until S3 has it.
function Send-Bytes([string]$Url, [byte[]]$Body) {
  for ($try = 0; $try -lt 4; $try++) {
    try {
      Invoke-WebRequest -UseBasicParsing -Method Put -Uri $Url -Body $Body -ContentType 'application/octet-stream' -TimeoutSec 600 | Out-Null
      return
    } catch {
      if ($try -eq 3) { throw }
      Start-Sleep -Seconds ([math]::Pow(2, $try))
    }
  }
}

function Complete-Capture([string]$Outcome, [string]$Detail, [string[]]$List) {
  $result = [ordered]@{
    outcome = $Outcome; detail = ($Detail -replace '[^ -~]', ''); bytes = $State.bytes; parts = $State.parts
    sha256 = $State.sha256; tool = $State.tool; toolVersion = $State.version
    startedAt = $Started.ToString('yyyy-MM-ddTHH:mm:ssZ'); endedAt = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
  } | ConvertTo-Json -Compress
  $Store.SetValue($Key, $result)
  Write-Output $result
  $url = @(Get-Lines 'result' $List)
  if ($url.Count -gt 0) { Send-Bytes $url[0] ([Text.Encoding]::UTF8.GetBytes($result)) }
  if ($Outcome -ne 'captured') { exit 1 }
}

function Read-Part([IO.Stream]$Source, [byte[]]$Buffer) {
  $filled = 0
  while ($filled -lt $Buffer.Length) {
    $read = $Source.Read($Buffer, $filled, $Buffer.Length - $filled)
    if ($read -le 0) { break }
    $filled += $read
  }
  $filled
}

function Send-Memory([string]$Tool, [string[]]$Urls) {
  $start = New-Object Diagnostics.ProcessStartInfo -ArgumentList $Tool, '-'
  $start.RedirectStandardOutput = $true
  $start.UseShellExecute = $false
  $process = [Diagnostics.Process]::Start($start)
  $hash = [Security.Cryptography.SHA256]::Create()
  $buffer = New-Object byte[] ([int]$env:CORDON_PART_BYTES)
  while ($true) {
    $size = Read-Part $process.StandardOutput.BaseStream $buffer
    if ($size -eq 0) { break }
    if ($State.parts -ge $Urls.Count) { throw 'the image is larger than its URLs' }
    if ((Get-Date).ToUniversalTime() -gt $Deadline) { $process.Kill(); throw [TimeoutException]'out of time' }
    [void]$hash.TransformBlock($buffer, 0, $size, $null, 0)
    $body = if ($size -eq $buffer.Length) { $buffer } else { $buffer[0..($size - 1)] }
    Send-Bytes $Urls[$State.parts] $body
    $State.parts++
    $State.bytes += $size
    if ($size -lt $buffer.Length) { break }
  }
  [void]$hash.TransformFinalBlock($buffer, 0, 0)
  $State.sha256 = ([BitConverter]::ToString($hash.Hash) -replace '-', '').ToLowerInvariant()
  $process.WaitForExit()
  $process.ExitCode
}

$mutex = New-Object Threading.Mutex($false, 'Global\CordonMemoryCapture')
if (-not $mutex.WaitOne(0)) { Write-Output '{"outcome":"busy","detail":"another capture holds the lock"}'; exit 1 }
$tool = Join-Path $env:TEMP "cordon-$Key.exe"
$list = @()
try {
  $list = (Invoke-WebRequest -UseBasicParsing -Uri $env:CORDON_URL_LIST -TimeoutSec 60).Content -split "`n"
  try {
    Invoke-WebRequest -UseBasicParsing -Uri (Get-Lines 'tool' $list)[0] -OutFile $tool -TimeoutSec 300
  } catch {
    Complete-Capture 'no-tool' 'it could not be fetched' $list
  }
  if ((Get-FileHash -Algorithm SHA256 $tool).Hash.ToLowerInvariant() -ne (Get-Lines 'sha256' $list)[0]) {
    Complete-Capture 'no-tool' 'its digest is not the one named' $list
  }
  $State.tool = 'winpmem'
  $State.version = (Get-Item $tool).VersionInfo.FileVersion
  $code = Send-Memory $tool (Get-Lines 'part' $list)
  if ($code -ne 0) { Complete-Capture 'source-failed' "WinPmem ended with $code" $list }
  Complete-Capture 'captured' '' $list
} catch [TimeoutException] {
  Complete-Capture 'time-out' $_.Exception.Message $list
} catch {
  Complete-Capture 'upload-failed' $_.Exception.Message $list
} finally {
  Remove-Item -Force -ErrorAction SilentlyContinue $tool
  $mutex.ReleaseMutex()
}
