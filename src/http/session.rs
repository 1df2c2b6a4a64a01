//! Who sends a request: a bearer token for programs, a cookie for browsers.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// The cookie that carries a browser's session token.
pub const COOKIE: &str = "portal_session";

/// A session token as it came in.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    token: String,
    /// A browser sends cookies by itself, so a cookie proves less than a header.
    pub by_cookie: bool,
}

impl Presented {
    /// The token of a request: the `Authorization` header wins over the cookie.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
        if let Some(token) = bearer {
            return Some(Self { token, by_cookie: false });
        }
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let token = cookies.flat_map(|line| line.split(';')).find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == COOKIE).then(|| value.to_owned())
        })?;
        Some(Self { token, by_cookie: true })
    }

    /// A token that a program gave in a message: bare, or as in the header `Authorization`.
    pub fn given(text: &str) -> Self {
        let token = match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => text.trim(),
        };
        Self { token: token.to_owned(), by_cookie: false }
    }

    /// What the database knows of the token.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.token.as_bytes()).into()
    }
}

/// Whether a page of another origin sent the request. A browser names the origin in every POST;
/// programs do not.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return headers.contains_key(header::ORIGIN);
    };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    origin_host.is_none() || origin_host != host
}

/// The header that hands a browser its session, or takes it back when `token` is `None`.
pub fn set_cookie(token: Option<&str>, insecure: bool) -> Option<HeaderValue> {
    let secure = if insecure { "" } else { "; Secure" };
    let cookie = match token {
        Some(token) => format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"),
        None => format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    };
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_bearer_token_wins_over_the_cookie() {
        let both = headers(&[(header::AUTHORIZATION, "Bearer abc"), (header::COOKIE, "a=b; portal_session=def")]);
        let presented = Presented::of(&both).unwrap();
        assert_eq!((presented.token.as_str(), presented.by_cookie), ("abc", false));
        let cookie = headers(&[(header::COOKIE, "a=b; portal_session=def")]);
        let presented = Presented::of(&cookie).unwrap();
        assert_eq!((presented.token.as_str(), presented.by_cookie), ("def", true));
        assert!(Presented::of(&headers(&[(header::AUTHORIZATION, "Basic abc")])).is_none());
    }

    #[test]
    fn another_origin_is_told_by_its_host() {
        assert!(!is_foreign(&headers(&[(header::HOST, "portal.example")])));
        assert!(!is_foreign(&headers(&[(header::HOST, "portal.example"), (header::ORIGIN, "https://portal.example")])));
        assert!(is_foreign(&headers(&[(header::HOST, "portal.example"), (header::ORIGIN, "https://evil.example")])));
        assert!(is_foreign(&headers(&[(header::HOST, "portal.example"), (header::ORIGIN, "null")])));
    }
}
