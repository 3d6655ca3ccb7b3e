//! Tasks, comments, who sees to what and queries on the command line, as a process.

use crate::support::desk::Desk;

#[test]
fn tasks_comments_tags_and_queries_are_worked_on_the_command_line() {
    let desk = Desk::new();
    let made = desk.run(&[
        "demo",
        "A.cipdesk",
        "--customers",
        "24",
        "--access-records",
        "50",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let query = [
        "case",
        "list",
        "A.cipdesk",
        "--query",
        "is:open kind:cip-copy",
    ];
    let cases = desk.json(&query);
    let case = cases[0]["ref"]
        .as_str()
        .expect("the demonstration has an open request")
        .to_owned();
    let task = desk.json(&[
        "task",
        "open",
        "A.cipdesk",
        &case,
        "--title",
        "Ring them back",
        "--member",
        "me",
    ]);
    let task = task["ref"].as_str().unwrap().to_owned();
    let mine = desk.json(&["task", "mine", "A.cipdesk"]);
    assert!(
        mine["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["ref"] == task.as_str()),
        "{mine}"
    );
    let done = desk.json(&[
        "task",
        "advance",
        "A.cipdesk",
        &task,
        "done",
        "--note",
        "They rang",
    ]);
    assert_eq!(done["standing"], "done");
    assert_eq!(
        desk.json(&["task", "show", "A.cipdesk", &task])["done_note"],
        "They rang"
    );
    let before = desk.json(&["comment", "list", "A.cipdesk", &case]);
    desk.json(&["comment", "add", "A.cipdesk", &case, "Nothing is missing"]);
    let after = desk.json(&["comment", "list", "A.cipdesk", &case]);
    assert_eq!(
        after.as_array().unwrap().len(),
        before.as_array().unwrap().len() + 1
    );
    let set = [
        "handling",
        "set",
        "A.cipdesk",
        "C-000001",
        "C-000002",
        "--tag",
        "Spot check",
    ];
    let dry = desk.json(&[&set[..], &["--dry-run"]].concat());
    assert_eq!(dry[0]["after"]["tags"][0], "spot-check");
    let tagged = ["customer", "list", "A.cipdesk", "--query", "tag:spot-check"];
    assert_eq!(
        desk.json(&tagged).as_array().unwrap().len(),
        0,
        "a dry run changes nothing"
    );
    desk.json(&set);
    assert_eq!(desk.json(&tagged).as_array().unwrap().len(), 2);
    let (status, said) = desk.fails(&["clock", "list", "A.cipdesk", "--query", "knd:x"]);
    assert!(
        status == 2 && said.contains("E-QUERY-WORD") && said.contains("kind:"),
        "{status} {said}"
    );
    let week = desk.json(&["guide", "week", "A.cipdesk"]);
    assert!(
        week.as_array()
            .unwrap()
            .iter()
            .any(|step| step["done"] == true)
    );
}
