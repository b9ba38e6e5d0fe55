// Cryptocurrency miners: binaries by their own words, configurations by pool and wallet together.

rule miner_binary {
  meta:
    description = "An executable that speaks a mining pool's protocol"
    technique = "T1496"
    false_positive = "a miner that belongs there"
  strings:
    $pool1 = "stratum+tcp://"
    $pool2 = "stratum+ssl://"
    $word1 = "mining.subscribe"
    $word2 = "mining.authorize"
    $word3 = "\"method\":\"login\""
    $word4 = "donate-level"
    $word5 = "randomx" nocase
    $word6 = "cryptonight" nocase
    $word7 = "xmrig" nocase
  condition:
    uint32(0) == 0x464c457f and (any of ($pool*) or 2 of ($word*))
}

rule miner_configuration {
  meta:
    description = "A text that names a pool and a wallet or a miner's options"
    technique = "T1496"
    false_positive = "notes and blocklists that quote pools"
  strings:
    $pool = /stratum\+(tcp|ssl|tls):\/\/[a-z0-9.-]{4,80}:[0-9]{2,5}/ nocase
    $option1 = "--donate-level"
    $option2 = "\"pools\""
    $option3 = "--coin"
    $option4 = "nicehash"
    $wallet = /\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/
  condition:
    filesize < 256KB and uint32(0) != 0x464c457f and $pool and ($wallet or any of ($option*))
}
