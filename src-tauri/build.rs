//! Builds what Tauri needs at compile time; keeps the repository's root clean while it does.

use std::{error::Error, fs, path::Path};

/// Enough for `cargo build` on a checkout whose page was never built; `./dev` builds the real one first.
const NO_PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>CIP Desk</title>\n\
    <p>The page was not built. Run <code>./dev run</code>, or <code>npm run build</code> in <code>ui</code>, then build again.</p>\n</html>\n";

fn main() -> Result<(), Box<dyn Error>> {
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(page, NO_PAGE)?;
    }
    // The page is embedded while a macro expands, which cargo cannot see: a new file in ui/dist must be named here.
    for path in [
        "tauri.conf.json",
        "icons",
        "src-tauri/capabilities",
        "src-tauri/permissions",
        "ui/dist",
    ] {
        println!("cargo:rerun-if-changed={path}");
    }
    // Else the executable exports SQLCipher's sqlite3_* and WebKitGTK would run its own databases on them.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    let permissions =
        tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/permissions/*.toml");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(permissions);
    tauri_build::try_build(attributes)?;
    // Schemas for editors only; the build reads its copies in OUT_DIR.
    let _ = fs::remove_dir_all("gen");
    Ok(())
}
