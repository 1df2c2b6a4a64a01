//! Industry sections in the API.

use async_graphql::Enum;
use strum::{EnumString, IntoStaticStr};

/// A section of GB/T 4754-2017 (国民经济行业门类), by its letter.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum IndustrySection {
    /// Agriculture, forestry, animal husbandry and fishery (农、林、牧、渔业), divisions 01–05.
    A,
    /// Mining (采矿业), divisions 06–12.
    B,
    /// Manufacturing (制造业), divisions 13–43.
    C,
    /// Electricity, heat, gas and water (电力、热力、燃气及水生产和供应业), divisions 44–46.
    D,
    /// Construction (建筑业), divisions 47–50.
    E,
    /// Wholesale and retail (批发和零售业), divisions 51–52.
    F,
    /// Transport, storage and post (交通运输、仓储和邮政业), divisions 53–60.
    G,
    /// Accommodation and catering (住宿和餐饮业), divisions 61–62.
    H,
    /// Information transmission, software and IT services (信息传输、软件和信息技术服务业), divisions 63–65.
    I,
    /// Finance (金融业), divisions 66–69.
    J,
    /// Real estate (房地产业), division 70.
    K,
    /// Leasing and business services (租赁和商务服务业), divisions 71–72.
    L,
    /// Scientific research and technical services (科学研究和技术服务业), divisions 73–75.
    M,
    /// Water, environment and public facilities (水利、环境和公共设施管理业), divisions 76–79.
    N,
    /// Resident services, repair and other services (居民服务、修理和其他服务业), divisions 80–82.
    O,
    /// Education (教育), division 83.
    P,
    /// Health and social work (卫生和社会工作), divisions 84–85.
    Q,
    /// Culture, sports and entertainment (文化、体育和娱乐业), divisions 86–90.
    R,
    /// Public administration, social security and social organisations (公共管理、社会保障和社会组织), divisions 91–96.
    S,
    /// International organisations (国际组织), division 97.
    T,
}

impl IndustrySection {
    /// The section with this letter.
    pub fn of(letter: char) -> Option<Self> {
        letter.to_string().parse().ok()
    }

    /// Its letter.
    pub fn letter(self) -> char {
        // Every name is one letter.
        <&str>::from(self).chars().next().unwrap_or('A')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_survives_its_letter() {
        for letter in 'A'..='T' {
            assert_eq!(IndustrySection::of(letter).map(IndustrySection::letter), Some(letter));
        }
        assert_eq!(IndustrySection::of('U'), None);
    }
}
