//! Names, streets and companies of many countries and scripts, put together at random. Nobody here exists.

/// A small generator of numbers (splitmix64): the same seed gives the same people on every machine.
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below a limit; 0 for a limit of 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit.max(1))).unwrap_or(0)
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let place = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX)) as usize;
        list.get(place)
    }

    /// One of a list, the heavier the likelier.
    pub(crate) fn weighted<T>(
        &mut self,
        list: &'static [T],
        weight: impl Fn(&T) -> u32,
    ) -> &'static T {
        let total: u32 = list.iter().map(&weight).sum();
        let mut draw = self.below(total);
        for item in list {
            match draw.checked_sub(weight(item)) {
                Some(rest) => draw = rest,
                None => return item,
            }
        }
        &list[list.len() - 1]
    }
}

/// A country with what names there look like: Latin form, own script or none.
pub(crate) struct Place {
    pub(crate) code: &'static str,
    pub(crate) country: &'static str,
    pub(crate) weight: u32,
    pub(crate) city: &'static str,
    pub(crate) street: &'static str,
    pub(crate) dial: &'static str,
    pub(crate) mail: &'static str,
    pub(crate) bank: &'static str,
    given: &'static [(&'static str, &'static str)],
    family: &'static [(&'static str, &'static str)],
    company: &'static [(&'static str, &'static str)],
    form: (&'static str, &'static str),
    family_first: bool,
}

type Name = (String, Option<String>);

impl Place {
    pub(crate) fn person(&self, luck: &mut Luck) -> Name {
        let (given, family) = (
            luck.one(self.given).copied().unwrap_or_default(),
            luck.one(self.family).copied().unwrap_or_default(),
        );
        let name = format!("{} {}", given.0, family.0);
        let original = (!given.1.is_empty()).then(|| {
            if self.family_first {
                format!("{}{}", family.1, given.1)
            } else {
                format!("{} {}", given.1, family.1)
            }
        });
        (name, original)
    }

    pub(crate) fn company(&self, luck: &mut Luck) -> Name {
        let company = luck.one(self.company).copied().unwrap_or_default();
        let number = luck.below(900) + 100;
        let name = format!("{} {number} {}", company.0, self.form.0);
        let original =
            (!company.1.is_empty()).then(|| format!("{}{number} {}", company.1, self.form.1));
        (name, original)
    }
}

/// A name as the part of an e-mail address before the @.
pub(crate) fn slug(name: &str) -> String {
    let folded = domain::text::fold(name);
    let words: Vec<String> = folded
        .split_whitespace()
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    if words.is_empty() {
        "desk".to_owned()
    } else {
        words.join(".")
    }
}

macro_rules! latin {
    ($($name:literal),*) => { &[$(($name, "")),*] };
}

pub(crate) const PLACES: &[Place] = &[
    Place {
        code: "US",
        country: "United States",
        weight: 40,
        city: "Columbus, OH",
        street: "Maple Avenue",
        dial: "+1614",
        mail: "example.com",
        bank: "First Prairie Bank",
        given: latin![
            "Olivia", "Marcus", "Grace", "Daniel", "Renée", "Tyrone", "Hannah", "José"
        ],
        family: latin![
            "Whitfield",
            "Okafor",
            "Castillo",
            "Nguyen",
            "O'Brien",
            "Hart",
            "Lindqvist"
        ],
        company: latin![
            "Prairie Data",
            "Bluestone Analytics",
            "Harbor Point Media",
            "Copperline Games"
        ],
        form: ("LLC", ""),
        family_first: false,
    },
    Place {
        code: "DE",
        country: "Germany",
        weight: 12,
        city: "Hamburg",
        street: "Lindenstraße",
        dial: "+4940",
        mail: "example.de",
        bank: "Hansa Volksbank",
        given: latin!["Jürgen", "Anke", "Björn", "Käthe", "Moritz"],
        family: latin!["Müller", "Weiß", "Schröder", "Brandt", "Groß"],
        company: latin!["Nordwind Daten", "Elbe Simulation", "Kranich Technik"],
        form: ("GmbH", ""),
        family_first: false,
    },
    Place {
        code: "CN",
        country: "China",
        weight: 10,
        city: "Shenzhen",
        street: "Keyuan Road",
        dial: "+86755",
        mail: "example.cn",
        bank: "Southern Harbor Bank",
        given: &[
            ("Wei", "伟"),
            ("Xiaoming", "晓明"),
            ("Lihua", "丽华"),
            ("Jing", "静"),
            ("Haoran", "浩然"),
        ],
        family: &[
            ("Li", "李"),
            ("Wang", "王"),
            ("Zhang", "张"),
            ("Chen", "陈"),
            ("Ouyang", "欧阳"),
        ],
        company: &[
            ("Yunhai Computing", "云海计算"),
            ("Changfeng Intelligence", "长风智能"),
        ],
        form: ("Co., Ltd.", "有限公司"),
        family_first: true,
    },
    Place {
        code: "RU",
        country: "Russia",
        weight: 7,
        city: "Kazan",
        street: "ulitsa Gagarina",
        dial: "+7843",
        mail: "example.ru",
        bank: "Volga Bank",
        given: &[
            ("Pyotr", "Пётр"),
            ("Anna", "Анна"),
            ("Dmitri", "Дмитрий"),
            ("Yelena", "Елена"),
        ],
        family: &[
            ("Ivanov", "Иванов"),
            ("Sokolov", "Соколов"),
            ("Kuznetsov", "Кузнецов"),
            ("Shcherbakov", "Щербаков"),
        ],
        company: &[
            ("Severny Vektor", "Северный вектор "),
            ("Kama Soft", "Кама Софт "),
        ],
        form: ("OOO", "ООО"),
        family_first: false,
    },
    Place {
        code: "JP",
        country: "Japan",
        weight: 8,
        city: "Osaka",
        street: "Nakanoshima",
        dial: "+816",
        mail: "example.jp",
        bank: "Naniwa Bank",
        given: &[
            ("Haruto", "陽翔"),
            ("Yui", "結衣"),
            ("Kenji", "健二"),
            ("Aoi", "葵"),
        ],
        family: &[
            ("Sato", "佐藤"),
            ("Suzuki", "鈴木"),
            ("Tanaka", "田中"),
            ("Watanabe", "渡辺"),
        ],
        company: &[("Kumo Gijutsu", "雲技術"), ("Hoshi Data", "星データ")],
        form: ("K.K.", "株式会社"),
        family_first: true,
    },
    Place {
        code: "AE",
        country: "United Arab Emirates",
        weight: 6,
        city: "Dubai",
        street: "Al Wasl Road",
        dial: "+9714",
        mail: "example.ae",
        bank: "Gulf Harbor Bank",
        given: &[
            ("Omar", "عمر"),
            ("Layla", "ليلى"),
            ("Khalid", "خالد"),
            ("Maryam", "مريم"),
        ],
        family: &[
            ("Al Mansouri", "المنصوري"),
            ("Haddad", "حداد"),
            ("Al Suwaidi", "السويدي"),
        ],
        company: &[
            ("Noor Systems", "أنظمة النور "),
            ("Dune Compute", "حوسبة الكثبان "),
        ],
        form: ("FZ-LLC", "ش.م.ح"),
        family_first: false,
    },
    Place {
        code: "IN",
        country: "India",
        weight: 8,
        city: "Pune",
        street: "Fergusson Road",
        dial: "+9120",
        mail: "example.in",
        bank: "Deccan Bank",
        given: &[
            ("Aarav", "आरव"),
            ("Priya", "प्रिया"),
            ("Rohan", "रोहन"),
            ("Ananya", "अनन्या"),
        ],
        family: &[("Sharma", "शर्मा"), ("Patil", "पाटिल"), ("Deshmukh", "देशमुख")],
        company: &[
            ("Sahyadri Cloudworks", "सह्याद्री क्लाउडवर्क्स "),
            ("Ganga Render", "गंगा रेंडर "),
        ],
        form: ("Pvt Ltd", "प्रा. लि."),
        family_first: false,
    },
    Place {
        code: "KR",
        country: "South Korea",
        weight: 5,
        city: "Busan",
        street: "Haeundae-ro",
        dial: "+8251",
        mail: "example.kr",
        bank: "Hanbit Bank",
        given: &[("Minjun", "민준"), ("Seoyeon", "서연"), ("Jihoon", "지훈")],
        family: &[("Kim", "김"), ("Lee", "이"), ("Park", "박"), ("Choi", "최")],
        company: &[
            ("Haneul AI", "하늘에이아이"),
            ("Baram Networks", "바람네트웍스"),
        ],
        form: ("Co., Ltd.", "주식회사"),
        family_first: true,
    },
    Place {
        code: "GR",
        country: "Greece",
        weight: 3,
        city: "Thessaloniki",
        street: "Egnatia",
        dial: "+302310",
        mail: "example.gr",
        bank: "Aegean Bank",
        given: &[
            ("Nikos", "Νίκος"),
            ("Eleni", "Ελένη"),
            ("Giorgos", "Γιώργος"),
        ],
        family: &[("Papadopoulos", "Παπαδόπουλος"), ("Vlachos", "Βλάχος")],
        company: &[("Thermaikos Data", "Θερμαϊκός Ντάτα ")],
        form: ("A.E.", "Α.Ε."),
        family_first: false,
    },
    Place {
        code: "IL",
        country: "Israel",
        weight: 3,
        city: "Haifa",
        street: "HaNassi Boulevard",
        dial: "+9724",
        mail: "example.co.il",
        bank: "Carmel Bank",
        given: &[("Noa", "נועה"), ("David", "דוד"), ("Tamar", "תמר")],
        family: &[("Levi", "לוי"), ("Cohen", "כהן"), ("Peretz", "פרץ")],
        company: &[("Carmel Vision", "חזון כרמל ")],
        form: ("Ltd", "בע\"מ"),
        family_first: false,
    },
    Place {
        code: "TH",
        country: "Thailand",
        weight: 3,
        city: "Chiang Mai",
        street: "Nimmanhaemin Road",
        dial: "+6653",
        mail: "example.co.th",
        bank: "Lanna Bank",
        given: &[("Somchai", "สมชาย"), ("Malee", "มาลี")],
        family: &[("Srisuk", "ศรีสุข"), ("Wongsa", "วงษา")],
        company: &[("Lanna Render", "ล้านนาเรนเดอร์")],
        form: ("Co., Ltd.", "จำกัด"),
        family_first: false,
    },
    Place {
        code: "BR",
        country: "Brazil",
        weight: 6,
        city: "Curitiba",
        street: "Rua das Flores",
        dial: "+5541",
        mail: "example.com.br",
        bank: "Banco Araucária",
        given: latin!["João", "Luíza", "Thiago", "Conceição"],
        family: latin!["Gonçalves", "Araújo", "Magalhães", "Simões"],
        company: latin!["Araucária Dados", "Maré Computação"],
        form: ("Ltda", ""),
        family_first: false,
    },
    Place {
        code: "NG",
        country: "Nigeria",
        weight: 5,
        city: "Lagos",
        street: "Broad Street",
        dial: "+2341",
        mail: "example.ng",
        bank: "Lagoon Bank",
        given: latin!["Chidi", "Folaké", "Ngozi", "Tunde"],
        family: latin!["Adébáyọ̀", "Eze", "Okonkwo", "Balogun"],
        company: latin!["Eko Compute", "Niger Delta Stream"],
        form: ("Ltd", ""),
        family_first: false,
    },
    Place {
        code: "PL",
        country: "Poland",
        weight: 4,
        city: "Łódź",
        street: "ulica Piotrkowska",
        dial: "+4842",
        mail: "example.pl",
        bank: "Bank Wisła",
        given: latin!["Łukasz", "Małgorzata", "Zbigniew", "Agnieszka"],
        family: latin!["Wójcik", "Dąbrowski", "Święch"],
        company: latin!["Wisła Obliczenia", "Żubr Studio"],
        form: ("Sp. z o.o.", ""),
        family_first: false,
    },
    Place {
        code: "VN",
        country: "Vietnam",
        weight: 4,
        city: "Đà Nẵng",
        street: "Bạch Đằng",
        dial: "+84236",
        mail: "example.vn",
        bank: "Sông Hàn Bank",
        given: latin!["Nguyễn Thị Hương", "Trần Văn Đức", "Lê Minh"],
        family: latin!["Anh", "Bình", "Châu"],
        company: latin!["Biển Xanh Cloud"],
        form: ("JSC", ""),
        family_first: false,
    },
];
