//! Which passwords an account may choose, and those that an administrator hands out.
//!
//! No rule asks for capitals or digits, and nothing expires: length counts, and that the password
//! is not one of those that are tried first (OWASP ASVS 5, NIST SP 800-63B).

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::account::Login;

/// The fewest characters of a password.
pub const MIN_LENGTH: usize = 10;
/// The most characters of a password.
pub const MAX_LENGTH: usize = 200;
/// A password of fewer different characters is a pattern, however long it is.
const MIN_DIFFERENT: usize = 4;
/// What a password has to have besides the login name.
const MIN_BESIDE_LOGIN: usize = 6;

/// A password in the form that is hashed: Unicode NFC, so that every keyboard writes it alike.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A generated password that is shown once and has to be changed at the first sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct InitialPassword(String);

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("a password has at least {MIN_LENGTH} characters")]
    TooShort,
    #[error("a password has at most {MAX_LENGTH} characters")]
    TooLong,
    #[error("the password repeats a few characters")]
    Repetition,
    #[error("the password runs along the alphabet, the digits or the keyboard")]
    Sequence,
    #[error("the password is little more than the login name")]
    LoginName,
    #[error("the password is one of those that are tried first")]
    Common,
    #[error("the new password is the present one")]
    Unchanged,
}

impl Password {
    /// What somebody typed to sign in.
    pub fn typed(text: &str) -> Self {
        Self(text.nfc().collect())
    }

    /// A password that `login` chooses instead of `present`.
    pub fn choose(text: &str, login: &Login, present: &Self) -> Result<Self, Weakness> {
        let password = Self::typed(text);
        let folded = password.0.to_lowercase();
        match password.0.chars().count() {
            length if length < MIN_LENGTH => Err(Weakness::TooShort),
            length if length > MAX_LENGTH => Err(Weakness::TooLong),
            _ if password == *present => Err(Weakness::Unchanged),
            _ if is_repetition(&folded) => Err(Weakness::Repetition),
            _ if TRACKS.iter().any(|track| runs_along(&folded, track)) => Err(Weakness::Sequence),
            _ if is_about(&folded, login.as_str()) => Err(Weakness::LoginName),
            _ if COMMON.contains(&folded.as_str()) => Err(Weakness::Common),
            _ => Ok(password),
        }
    }

    /// What is hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl InitialPassword {
    /// Five groups of four letters and digits that are not mistaken for one another: 100 bits.
    pub fn new(random: [u8; 20]) -> Self {
        let mut text = String::with_capacity(24);
        for (place, byte) in random.into_iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(byte & 31)]));
        }
        Self(text)
    }

    /// The password itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is hashed.
    pub fn password(&self) -> Password {
        Password(self.0.clone())
    }
}

/// Never shows the password.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Never shows the password.
impl fmt::Debug for InitialPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialPassword")
    }
}

/// No `i`, `l`, `o` and `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn is_repetition(folded: &str) -> bool {
    let mut seen: Vec<char> = folded.chars().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < MIN_DIFFERENT
}

/// Ways that fingers and minds run along, each character once.
const TRACKS: [&str; 4] =
    ["0123456789", "abcdefghijklmnopqrstuvwxyz", "1234567890qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"];

/// Whether the whole text goes along the track in one direction, round and round.
fn runs_along(text: &str, track: &str) -> bool {
    let places: Option<Vec<usize>> = text.chars().map(|letter| track.find(letter)).collect();
    places.is_some_and(|places| {
        let length = track.len();
        let all = |step: usize| places.windows(2).all(|pair| (pair[0] + step) % length == pair[1]);
        all(1) || all(length - 1)
    })
}

fn is_about(folded: &str, login: &str) -> bool {
    folded.split_once(login).is_some_and(|(before, after)| (before.len() + after.len()) < MIN_BESIDE_LOGIN)
}

/// Those that come to mind first and that no rule above refuses; in small letters.
const COMMON: [&str; 60] = [
    "password12",
    "password123",
    "password1234",
    "password12345",
    "password123456",
    "password@123",
    "passw0rd123",
    "p@ssw0rd123",
    "p@ssword123",
    "mypassword",
    "mypassword1",
    "newpassword",
    "passwordpassword",
    "admin12345",
    "admin123456",
    "admin@1234",
    "admin@12345",
    "admin888888",
    "administrator",
    "administrator1",
    "root123456",
    "root12345678",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwer123456",
    "asdf123456",
    "asdfasdfasdf",
    "qwerqwerqwer",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "q1w2e3r4t5",
    "abc1234567",
    "abc123456789",
    "abcd123456",
    "abcd1234567",
    "a123456789",
    "a1234567890",
    "aa123456789",
    "aa12345678",
    "123456789a",
    "1234567890a",
    "123456789q",
    "123456789abc",
    "123456abcdef",
    "woaini1314",
    "woaini5200",
    "woaini5201314",
    "iloveyou123",
    "iloveyou520",
    "5201314520",
    "test123456",
    "test12345678",
    "welcome123",
    "welcome1234",
    "changeme123",
    "letmein123",
    "hanyang123",
    "hanyang420105",
    "wuhan123456",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<(), Weakness> {
        let login = Login::parse("li.ming").unwrap();
        Password::choose(text, &login, &Password::typed("present-secret")).map(drop)
    }

    #[test]
    fn length_counts_in_characters_after_nfc() {
        assert_eq!(choose("园区服务真好用九个"), Err(Weakness::TooShort));
        assert_eq!(choose("园区服务真的很好用啊"), Ok(()));
        assert_eq!(choose("e\u{301}abcxyzq5"), Err(Weakness::TooShort));
        assert_eq!(choose(&"abxy5".repeat(40)), Ok(()));
        assert_eq!(choose(&format!("{}z", "abxy5".repeat(40))), Err(Weakness::TooLong));
        assert_eq!(Password::typed("e\u{301}"), Password::typed("\u{e9}"));
    }

    #[test]
    fn patterns_are_refused() {
        for text in ["aaaaaaaaaa", "1212121212", "AbcAbcabcabc", "，，，，，，，，，，"] {
            assert_eq!(choose(text), Err(Weakness::Repetition), "{text}");
        }
        for text in
            ["1234567890", "8901234567", "9876543210", "abcdefghij", "ZYXWVUTSRQ", "qwertyuiop", "poiuytrewq", "1qaz2wsx3e"]
        {
            assert_eq!(choose(text), Err(Weakness::Sequence), "{text}");
        }
    }

    #[test]
    fn the_login_name_is_no_password() {
        assert_eq!(choose("Li.Ming2026"), Err(Weakness::LoginName));
        assert_eq!(choose("xxli.ming99"), Err(Weakness::LoginName));
        assert_eq!(choose("li.ming-goes-fishing"), Ok(()));
    }

    #[test]
    fn the_first_guesses_and_the_present_password_are_refused() {
        assert_eq!(choose("Password123"), Err(Weakness::Common));
        assert_eq!(choose("present-secret"), Err(Weakness::Unchanged));
        assert_eq!(choose("correct horse battery"), Ok(()));
    }

    #[test]
    fn the_list_is_of_small_letters_and_has_nothing_that_a_rule_refuses_anyway() {
        let found: Vec<&str> = COMMON.into_iter().filter(|text| choose(text) != Err(Weakness::Common)).collect();
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn an_initial_password_is_long_and_never_shows_itself() {
        let initial = InitialPassword::new(std::array::from_fn(|place| u8::try_from(place * 13).unwrap()));
        assert_eq!(initial.reveal(), "0dt7-m1ev-8n2f-w9p3-gxaq");
        assert_eq!(format!("{initial:?} {:?}", initial.password()), "InitialPassword Password");
        assert_eq!(choose(initial.reveal()), Ok(()));
    }
}
