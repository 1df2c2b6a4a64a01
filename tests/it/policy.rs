//! The permission table as text: a change of rights is a readable difference.

use std::{collections::BTreeSet, fmt::Write, fs};

use park_portal::{
    kernel::district::District,
    policy::{Action, Actor, Covered, Held, Reach, Role, Subject, Tie, may, table},
};
use strum::IntoEnumIterator;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/policy.txt");

fn district() -> District {
    super::world::DISTRICT.parse().expect("a district")
}

/// An actor with one role whose grant has exactly this tie to [`subject`].
fn actor(role: Role, tie: Tie) -> Actor {
    let reach = match tie {
        // What an instructor has is a posting, and its own are those that it serves.
        Tie::Own if role == Role::Instructor => {
            Reach::Posting { id: super::world::named("another posting"), targets: BTreeSet::from([super::world::named("own")]) }
        }
        Tie::Own => Reach::Organisation(super::world::named("own")),
        Tie::DemandSide => Reach::Organisation(super::world::named("demand side")),
        Tie::ProviderSide => Reach::Organisation(super::world::named("provider side")),
        Tie::Posting => Reach::Posting { id: super::world::named("posting"), targets: BTreeSet::new() },
        Tie::Zone => Reach::Places(BTreeSet::from([super::world::named("place")])),
        Tie::District => Reach::District,
    };
    Actor {
        account: super::world::named("account"),
        district: district(),
        today: jiff::civil::date(2026, 11, 23),
        held: vec![Held { role, reach }],
        tenancy_zones: BTreeSet::new(),
        duty_categories: BTreeSet::new(),
        covered: Covered::Nowhere,
    }
}

fn subject(district: District) -> Subject {
    Subject::owned(district, super::world::named("own"))
        .between(super::world::named("demand side"), super::world::named("provider side"))
        .posted(super::world::named("posting"))
        .at(vec![super::world::named("place")])
}

/// Every action with every role and tie, asked of the policy itself.
fn print() -> String {
    let mut text =
        String::from("# Who may do what: ✔ allowed, · not. One line per action and tie; a tie that nobody has is left out.\n");
    let _ = write!(text, "{:<30}{:<15}", "action", "tie");
    for role in Role::iter() {
        let _ = write!(text, " {}", <&str>::from(role));
    }
    text.push('\n');
    for action in Action::iter() {
        for tie in Tie::iter() {
            let allowed: Vec<bool> = Role::iter().map(|role| may(&actor(role, tie), action, &subject(district()))).collect();
            if !allowed.contains(&true) {
                continue;
            }
            let _ = write!(text, "{:<30}{:<15}", action.name(), <&str>::from(tie));
            for (role, allowed) in Role::iter().zip(allowed) {
                let _ = write!(text, " {:<width$}", if allowed { "✔" } else { "·" }, width = <&str>::from(role).len());
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    text
}

#[test]
fn the_table_is_the_text_that_people_have_agreed_on() {
    if std::env::var_os("PORTAL_TEST_ACCEPT").is_some() {
        fs::write(FILE, print()).expect("the table is written");
    }
    let agreed = fs::read_to_string(FILE).unwrap_or_default();
    assert!(agreed == print(), "the rights are not those of tests/it/policy.txt:\n{}", print());
}

#[test]
fn no_rule_stands_twice() {
    let mut seen = BTreeSet::new();
    for rule in table::RULES {
        assert!(seen.insert((rule.action, rule.role, rule.tie)), "{rule:?}");
    }
}

#[test]
fn no_right_reaches_into_another_district() {
    let elsewhere: District = "420106".parse().expect("a district");
    for action in Action::iter() {
        for role in Role::iter() {
            for tie in Tie::iter() {
                assert!(!may(&actor(role, tie), action, &subject(elsewhere.clone())), "{action:?} {role:?} {tie:?}");
            }
        }
    }
}

#[test]
fn the_administrators_and_the_auditor_do_no_business() {
    for rule in table::RULES {
        let administers = rule.action.is_security();
        assert_eq!(administers, !rule.role.is_business(), "{rule:?}");
    }
}
