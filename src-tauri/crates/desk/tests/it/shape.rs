//! What a request is made of, learnt from the type that reads it: so a new command is asked badly from its first day.

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
        Visitor, value::Error,
    },
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

/// A place in a request, and what may stand there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Truth,
    Number,
    Text,
    Word(&'static [&'static str]),
    Perhaps(Box<Shape>),
    List(Box<Shape>),
    Table(Box<Shape>),
    Record(Vec<(&'static str, Shape)>),
}

/// The shape of a type: it is given whatever it asks for, and what it asked for is kept.
pub(crate) fn shape_of<T: DeserializeOwned>() -> Shape {
    let mut shape = Shape::Truth;
    T::deserialize(Learner(&mut shape)).expect("a request is made of plain parts");
    shape
}

impl Shape {
    /// A value of this shape, of texts and numbers that `texts` and `number` give.
    pub(crate) fn made(
        &self,
        text: &mut impl FnMut() -> String,
        number: &mut impl FnMut() -> Value,
    ) -> Value {
        match self {
            Self::Truth => number().as_i64().is_some_and(|n| n % 2 == 0).into(),
            Self::Number => number(),
            Self::Text => text().into(),
            Self::Word(words) => words[text().len() % words.len()].into(),
            Self::Perhaps(shape) if text().len().is_multiple_of(2) => shape.made(text, number),
            Self::Perhaps(_) => Value::Null,
            Self::List(shape) => (0..text().len() % 4)
                .map(|_| shape.made(text, number))
                .collect(),
            Self::Table(shape) => (0..text().len() % 3)
                .map(|_| (text(), shape.made(text, number)))
                .collect::<Map<_, _>>()
                .into(),
            Self::Record(fields) => fields
                .iter()
                .map(|(name, shape)| ((*name).to_owned(), shape.made(text, number)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }

    /// The smallest value of this shape that is a value at every place.
    pub(crate) fn plain(&self) -> Value {
        match self {
            Self::Truth => false.into(),
            Self::Number => 1.into(),
            Self::Text => "x".into(),
            Self::Word(words) => words[0].into(),
            Self::Perhaps(shape) => shape.plain(),
            Self::List(shape) => vec![shape.plain()].into(),
            Self::Table(shape) => Map::from_iter([("x".to_owned(), shape.plain())]).into(),
            Self::Record(fields) => fields
                .iter()
                .map(|(name, shape)| ((*name).to_owned(), shape.plain()))
                .collect::<Map<_, _>>()
                .into(),
        }
    }

    /// Every place in [`Self::plain`], as a JSON pointer, with its shape.
    pub(crate) fn places(&self) -> Vec<(String, &Shape)> {
        let mut found = Vec::new();
        self.walk(String::new(), &mut found);
        found
    }

    fn walk<'a>(&'a self, at: String, found: &mut Vec<(String, &'a Shape)>) {
        found.push((at.clone(), self));
        match self {
            Self::Perhaps(shape) => {
                found.pop();
                let first = found.len();
                shape.walk(at, found);
                found[first].1 = self;
            }
            Self::List(shape) => shape.walk(format!("{at}/0"), found),
            Self::Table(shape) => shape.walk(format!("{at}/x"), found),
            Self::Record(fields) => {
                for (name, shape) in fields {
                    shape.walk(format!("{at}/{name}"), found);
                }
            }
            Self::Truth | Self::Number | Self::Text | Self::Word(_) => {}
        }
    }

    /// Values that cannot stand at this place.
    pub(crate) fn wrong(&self) -> Vec<Value> {
        let text = || Value::from("../../etc/passwd");
        let table = || serde_json::json!({"__proto__": {"x": 1}});
        let list = || serde_json::json!([[[[]]]]);
        match self {
            Self::Perhaps(shape) => {
                let mut wrong = shape.wrong();
                wrong.retain(|value| !value.is_null());
                wrong
            }
            Self::Truth => vec![Value::Null, 1.into(), "true".into(), table(), list()],
            Self::Number => vec![
                Value::Null,
                "1".into(),
                true.into(),
                1e300.into(),
                table(),
                list(),
            ],
            Self::Text => vec![Value::Null, 1.into(), false.into(), table(), list()],
            Self::Word(_) => vec![Value::Null, 1.into(), text(), "".into(), list()],
            Self::List(_) => vec![Value::Null, 1.into(), text(), table()],
            Self::Table(_) | Self::Record(_) => vec![Value::Null, 1.into(), true.into(), text()],
        }
    }
}

struct Learner<'a>(&'a mut Shape);

macro_rules! simple {
    ($($method:ident $visit:ident $shape:ident $value:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            *self.0 = Shape::$shape;
            visitor.$visit($value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Learner<'_> {
    type Error = Error;

    simple! {
        deserialize_bool visit_bool Truth false;
        deserialize_u8 visit_u8 Number 1;
        deserialize_u16 visit_u16 Number 1;
        deserialize_u32 visit_u32 Number 1;
        deserialize_u64 visit_u64 Number 1;
        deserialize_i8 visit_i8 Number 1;
        deserialize_i16 visit_i16 Number 1;
        deserialize_i32 visit_i32 Number 1;
        deserialize_i64 visit_i64 Number 1;
        deserialize_f64 visit_f64 Number 1.0;
        deserialize_str visit_str Text "x";
        deserialize_string visit_str Text "x";
        deserialize_identifier visit_str Text "x";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut inner = Shape::Truth;
        let value = visitor.visit_some(Learner(&mut inner));
        *self.0 = Shape::Perhaps(inner.into());
        value
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut parts = Parts::new(&[""]);
        let value = visitor.visit_seq(&mut parts);
        *self.0 = Shape::List(parts.one());
        value
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut parts = Parts::new(&["x"]);
        let value = visitor.visit_map(&mut parts);
        *self.0 = Shape::Table(parts.one());
        value
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut parts = Parts::new(fields);
        let value = visitor.visit_map(&mut parts);
        *self.0 = Shape::Record(parts.learnt);
        value
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Shape::Word(variants);
        visitor.visit_enum(variants[0].into_deserializer())
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom(
            "a request says what it asks for, at every place",
        ))
    }

    forward_to_deserialize_any! { f32 char bytes byte_buf unit unit_struct tuple tuple_struct ignored_any i128 u128 }
}

/// The parts of something that has parts, one after the other.
struct Parts {
    names: &'static [&'static str],
    learnt: Vec<(&'static str, Shape)>,
}

impl Parts {
    fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            learnt: Vec::new(),
        }
    }

    fn one(self) -> Box<Shape> {
        let (_, shape) = self
            .learnt
            .into_iter()
            .next()
            .expect("one part was asked for");
        shape.into()
    }

    fn learn<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let mut shape = Shape::Truth;
        let value = seed.deserialize(Learner(&mut shape))?;
        self.learnt.push((self.names[self.learnt.len()], shape));
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for &mut Parts {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        if self.learnt.len() == self.names.len() {
            return Ok(None);
        }
        self.learn(seed).map(Some)
    }
}

impl<'de> MapAccess<'de> for &mut Parts {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        match self.names.get(self.learnt.len()) {
            Some(name) => {
                let name: serde::de::value::StrDeserializer<'_, Error> = name.into_deserializer();
                seed.deserialize(name).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        self.learn(seed)
    }
}
