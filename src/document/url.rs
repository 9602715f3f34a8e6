//! Broker URLs: what a browser can open, and whose machine they lead to.

/// What is wrong with a broker URL, if anything. Secrets in it are refused: they would end up in logs.
///
/// # Errors
/// One sentence for people.
pub fn check_url(url: &str) -> Result<(), String> {
    let shown: String = url.chars().take(80).collect();
    let Some(rest) = url.strip_prefix("wss://").or_else(|| url.strip_prefix("ws://")) else {
        return Err(match url.split_once("://") {
            Some(("mqtt" | "tcp", _)) => {
                "a browser cannot open MQTT over TCP; give the broker's WebSocket listener, ws:// or wss://".into()
            }
            Some(("mqtts" | "ssl" | "tls", _)) => {
                "a browser cannot open MQTT over TLS sockets; give the broker's secure WebSocket listener, wss://"
                    .into()
            }
            Some(("http" | "https", _)) => {
                "give the WebSocket URL, ws:// or wss:// in place of http:// or https://".into()
            }
            _ => format!("expected a URL that begins with wss:// or ws://, found {shown:?}"),
        });
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("a URL must not hold a user name or password; there are fields for them".into());
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => match v6.split_once(']') {
            Some((host, after)) => (host, after.strip_prefix(':')),
            None => return Err(format!("the IPv6 address in {shown:?} lacks its closing bracket")),
        },
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty()
        || host
            .contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'))
    {
        return Err(format!("expected a host name in {shown:?}"));
    }
    if let Some(port) = port
        && port.parse::<u16>().map_or(true, |port| port == 0)
    {
        return Err(format!("expected a port from 1 to 65535, found {port:?}"));
    }
    if url.contains('#') {
        return Err("a WebSocket URL must not hold a # part".into());
    }
    Ok(())
}

/// The host (and port) of a URL, for people.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Whether a URL leads to this very device, where an unencrypted link leaves nobody to listen.
pub fn is_loopback(url: &str) -> bool {
    let authority = host_of(url);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "::1"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn urls() {
        for good in ["ws://localhost:8080/mqtt", "wss://b.example", "ws://[::1]:80/x?y=1", "wss://10.0.0.1:443/"] {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "http://x",
            "mqtt://x",
            "ht!tp://",
            "ws://",
            "ws://:80",
            "wss://u:p@h/",
            "ws://h:99999",
            "ws://h:0",
            "ws://a b/",
            "ws://h/#x",
            "ws://[::1",
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
        assert!(is_loopback("ws://127.0.0.1:80/") && is_loopback("ws://[::1]/") && is_loopback("ws://LOCALHOST/"));
        assert!(!is_loopback("ws://127.0.0.1.example/") && !is_loopback("ws://10.0.0.1/"));
    }
}
