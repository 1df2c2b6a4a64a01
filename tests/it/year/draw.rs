//! The draw of call-backs, once more from its description.

use std::{cmp::Reverse, collections::BTreeMap};

use sha2::{Digest as _, Sha256};

/// The ids of those that are drawn of a pool of reference numbers, ids and leads.
pub fn chosen(seed: &str, share: u32, pool: &[(String, String, String)]) -> Vec<String> {
    let seed: Vec<u8> =
        (0..seed.len() / 2).map(|byte| u8::from_str_radix(&seed[2 * byte..2 * byte + 2], 16).expect("a seed")).collect();
    let hash = |text: &str| Sha256::digest([seed.as_slice(), text.as_bytes()].concat()).to_vec();
    let total = (pool.len() * share as usize).div_ceil(1000);
    let mut leads: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (number, id, lead) in pool {
        leads.entry(lead).or_default().push((number, id));
    }
    let mut quotas: BTreeMap<&str, usize> = leads.iter().map(|(lead, own)| (*lead, total * own.len() / pool.len())).collect();
    let mut by_remainder: Vec<&str> = leads.keys().copied().collect();
    by_remainder.sort_by_key(|lead| (Reverse(total * leads[lead].len() % pool.len()), hash(lead)));
    let missing = total - quotas.values().sum::<usize>();
    by_remainder.iter().take(missing).for_each(|lead| *quotas.get_mut(lead).expect("a quota") += 1);
    let mut all = Vec::new();
    for (lead, mut own) in leads {
        own.sort_by_key(|(number, _)| hash(number));
        all.extend(own.into_iter().take(quotas[lead]).map(|(_, id)| id.to_owned()));
    }
    all
}
