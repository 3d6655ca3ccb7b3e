//! The committed TypeScript equals what these types generate.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use contract::*;
use ts_rs::{TS, TypeVisitor};

macro_rules! map {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => {
        fn command_map(config: &ts_rs::Config) -> String {
            let mut out = String::from("\n/** Every command: its request, its answer, and whether it reports progress. */\nexport type Commands = {\n");
            $(out.push_str(&format!(
                "  {}: {{ req: {}; res: {}; job: {} }};\n",
                stringify!($name), <$req as TS>::name(config), <$res as TS>::name(config), stringify!($mode) == "job"
            ));)*
            out.push_str("};\n\n/** The names of the commands that report progress. */\nexport const JOBS = [");
            let jobs: Vec<String> = [$((stringify!($mode), stringify!($name))),*].iter()
                .filter(|(mode, _)| *mode == "job").map(|(_, name)| format!("\"{name}\"")).collect();
            out.push_str(&jobs.join(", "));
            out.push_str("] as const;\n");
            out
        }
        fn export(every: &mut Every<'_>) {
            $(every.visit::<$req>(); every.visit::<$res>();)*
        }
    };
}
contract::for_each_command!(map);

/// Exports a type, looking through `Option` and `Vec`, which have no declaration of their own.
struct Every<'a>(&'a ts_rs::Config);

impl TypeVisitor for Every<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            T::export_all(self.0).unwrap();
        } else {
            T::visit_generics(self);
        }
    }
}

#[test]
fn the_committed_typescript_is_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let config = ts_rs::Config::new()
        .with_out_dir(dir.path())
        .with_large_int("number");
    export(&mut Every(&config));
    for export in [
        Failure::export_all,
        Progress::export_all,
        Changes::export_all,
        Dropped::export_all,
    ] {
        export(&config).unwrap();
    }
    let mut generated = std::fs::read_to_string(dir.path().join("bindings.ts")).unwrap();
    generated.push_str(&command_map(&config));
    let committed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../ui/src/lib/contract/bindings.ts"
    );
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::create_dir_all(std::path::Path::new(committed).parent().unwrap()).unwrap();
        std::fs::write(committed, &generated).unwrap();
    }
    assert!(
        std::fs::read_to_string(committed).unwrap_or_default() == generated,
        "ui/src/lib/contract/bindings.ts is out of date: run UPDATE_CONTRACT=1 cargo test -p contract"
    );
}
