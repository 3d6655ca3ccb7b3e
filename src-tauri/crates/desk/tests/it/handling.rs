//! Tasks, comments, who sees to what: done, corrected and undone, and never a legal deadline moved.

use crate::{
    bench::{Bench, PASSPHRASE, tells},
    people::{BENS, with_ben},
};
use contract as c;
use desk::{OpenVault, Result};

fn task(about: &str, title: &str, due: Option<&str>) -> c::TaskSaveReq {
    c::TaskSaveReq {
        about: about.to_owned(),
        id: None,
        title: title.to_owned(),
        note: None,
        assignee: Some("me".to_owned()),
        due: due.map(str::to_owned),
    }
}

fn step(task: &str, step: c::TaskStep, to: Option<&str>) -> c::TaskAdvanceReq {
    c::TaskAdvanceReq {
        task: task.to_owned(),
        step,
        to: to.map(str::to_owned),
        note: None,
    }
}

fn say(about: &str, text: &str, corrects: Option<&str>) -> c::CommentAddReq {
    c::CommentAddReq {
        about: about.to_owned(),
        text: text.to_owned(),
        corrects: corrects.map(str::to_owned),
    }
}

fn handle(
    vault: &OpenVault,
    refs: &[&str],
    what: c::HandleWhat,
    value: Option<&str>,
) -> Result<Vec<c::HandlingChange>> {
    vault.handling_preview(&c::HandlingPreviewReq {
        refs: refs.iter().map(|one| (*one).to_owned()).collect(),
        what,
        value: value.map(str::to_owned),
    })
}

/// One deed of a random history.
pub(crate) fn deed(bench: &Bench, customer: &str, what: u8) {
    let vault = &bench.vault;
    let task_ref = format!("{customer}/T-1");
    let _ = match what {
        0 => vault
            .task_save(&task(customer, "Ring them", None))
            .map(drop),
        1 => vault
            .task_advance(&step(&task_ref, c::TaskStep::Done, None))
            .map(drop),
        2 => vault
            .task_advance(&step(&task_ref, c::TaskStep::Reopened, None))
            .map(drop),
        3 => vault
            .comment_add(&say(customer, "They rang", None))
            .map(drop),
        4 => vault
            .comment_add(&say(customer, "They wrote", Some("N-1")))
            .map(drop),
        5 => vault
            .view_save(&c::ViewSaveReq {
                list: "customers".to_owned(),
                name: format!("About {customer}"),
                query: Some("is:incomplete".to_owned()),
            })
            .map(drop),
        _ => handle(vault, &[customer], c::HandleWhat::Tag, Some("second look"))
            .and_then(|changes| vault.handling_save(&c::HandlingSaveReq { changes }))
            .map(drop),
    };
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().0.code
}

#[test]
fn a_case_does_not_end_over_a_task_that_nobody_did_unless_somebody_says_why() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let case = bench.request("2026-03-02", &[&reseller]).unwrap().case;
    for title in ["Ring them", "Write down what was said"] {
        bench.vault.task_save(&task(&case, title, None)).unwrap();
    }
    bench
        .vault
        .task_advance(&step(&format!("{case}/T-2"), c::TaskStep::Done, None))
        .unwrap();
    let view = bench.vault.case_show(&case).unwrap();
    assert_eq!(view.open.len(), 1, "what is done is not open");
    assert_eq!(view.open[0].at, format!("{case}/T-1"), "and it is linked");
    let ends: Vec<&str> = view
        .moves
        .iter()
        .filter(|one| one.ends)
        .map(|one| one.to.as_str())
        .collect();
    assert_eq!(ends, ["withdrawn"]);
    let withdraw = |reason: Option<&str>| {
        bench.vault.case_advance(&c::CaseAdvanceReq {
            r#ref: case.clone(),
            to: "withdrawn".to_owned(),
            note: "Letter of 2 March".to_owned(),
            at: None,
            answers: Vec::new(),
            approver: None,
            passphrase: None,
            override_reason: None,
            leave_open: reason.map(str::to_owned),
            made_of: None,
        })
    };
    for reason in [None, Some("  ")] {
        let (code, words) = crate::bench::said(withdraw(reason));
        assert!(
            code == "E-CASE-OPEN" && words.contains("Ring them"),
            "{code}: {words}"
        );
    }
    let view = withdraw(Some("They rang us")).unwrap();
    let left = view.taken.last().unwrap().left_open.clone().unwrap();
    assert_eq!(left.items, ["Task not done: Ring them"]);
    assert_eq!(left.reason, "They rang us");
    let told = bench.timeline(&case);
    let mut lines = told.items.iter().flat_map(|item| &item.lines);
    assert!(lines.any(|line| line.label == "Closed anyway"));
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_task_is_done_opened_again_and_given_to_another_and_no_clock_moves() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let due = bench.vault.clock_show(&opened.clock).unwrap().row.due;
    let work = bench
        .vault
        .task_save(&task(&opened.case, "Ring them", Some("2026-03-04")))
        .unwrap();
    let made = work.tasks[0].clone();
    assert_eq!(made.r#ref, format!("{}/T-1", opened.case));
    assert_eq!(
        (made.assignee.as_deref(), made.overdue),
        (Some("staff-1"), false)
    );
    let done = bench
        .vault
        .task_advance(&step(&made.r#ref, c::TaskStep::Done, None))
        .unwrap();
    assert_eq!(done.tasks[0].standing, "done");
    assert_eq!(
        code(
            bench
                .vault
                .task_advance(&step(&made.r#ref, c::TaskStep::Due, None))
        ),
        "E-TASK-DONE"
    );
    bench
        .vault
        .task_advance(&step(&made.r#ref, c::TaskStep::Reopened, None))
        .unwrap();
    bench.now("2026-03-06T17:00:00Z");
    let late = bench
        .vault
        .record_work(&opened.case)
        .unwrap()
        .tasks
        .remove(0);
    assert_eq!(
        (late.standing.as_str(), late.overdue),
        ("2 days late", true)
    );
    let nobody = bench
        .vault
        .task_advance(&step(&made.r#ref, c::TaskStep::Assigned, None))
        .unwrap();
    assert_eq!(nobody.tasks[0].assignee, None);
    assert_eq!(
        code(
            bench
                .vault
                .task_advance(&step(&made.r#ref, c::TaskStep::Assigned, Some("staff-9")))
        ),
        "E-MEMBER-NONE"
    );
    assert_eq!(
        bench.vault.clock_show(&opened.clock).unwrap().row.due,
        due,
        "a task of the house moves no deadline of a rule"
    );
}

#[test]
fn my_work_is_my_tasks_and_the_clocks_of_my_cases_that_nobody_else_sees_to() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    let customer = bench.customer("Ada Byron", "GB");
    let mine = || bench.vault.my_work(&c::MyWorkReq { member: None }).unwrap();
    assert!(
        mine().clocks.is_empty() && mine().tasks.is_empty(),
        "nothing is anybody's yet"
    );
    bench
        .vault
        .task_save(&task(&customer, "By no day", None))
        .unwrap();
    bench
        .vault
        .task_save(&task(&opened.case, "Soon", Some("2026-03-05")))
        .unwrap();
    let mut nobodys = task(&customer, "Somebody", None);
    nobodys.assignee = None;
    bench.vault.task_save(&nobodys).unwrap();
    let changes = handle(
        &bench.vault,
        &[&opened.case],
        c::HandleWhat::Assign,
        Some("me"),
    )
    .unwrap();
    bench
        .vault
        .handling_save(&c::HandlingSaveReq { changes })
        .unwrap();
    let work = mine();
    let titles: Vec<&str> = work.tasks.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(
        titles,
        ["Soon", "By no day"],
        "by day, those without one last"
    );
    assert_eq!((work.unassigned, work.records.len()), (1, 1));
    assert!(
        work.clocks.iter().any(|clock| clock.r#ref == opened.clock),
        "the clocks of a case that is mine are mine"
    );
    let today = bench.vault.today_view().unwrap();
    let on_today = |reference: &str| {
        today
            .bands
            .iter()
            .flat_map(|band| &band.rows)
            .any(|row| row.r#ref == reference)
    };
    assert!(
        on_today(&format!("{}/T-1", opened.case)),
        "a task with a day stands on Today"
    );
    assert!(
        !on_today(&format!("{customer}/T-1")),
        "one by no day does not"
    );
}

#[test]
fn a_comment_stays_and_another_stands_in_its_place() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "GB");
    bench
        .vault
        .comment_add(&say(&customer, "They moved in May", None))
        .unwrap();
    let work = bench
        .vault
        .comment_add(&say(&customer, "They moved in June", Some("N-1")))
        .unwrap();
    assert_eq!(work.comments.len(), 2, "what was said first is still there");
    assert_eq!(work.comments[0].corrected_by.as_deref(), Some("N-2"));
    assert_eq!(
        code(
            bench
                .vault
                .comment_add(&say(&customer, "July", Some("N-1")))
        ),
        "E-COMMENT-CORRECTED"
    );
    assert_eq!(
        code(bench.vault.comment_add(&say(&customer, " ", None))),
        "E-COMMENT-TEXT"
    );
    assert_eq!(
        code(bench.vault.comment_add(&say("C-000999", "x", None))),
        "E-RECORD-NONE"
    );
    let row = bench.vault.customer_show(&customer).unwrap().row;
    assert_eq!(
        row.beside.comments, 1,
        "a list counts what stands, not what was replaced"
    );
}

#[test]
fn many_are_handled_as_was_looked_at_or_none_and_it_is_undone_as_one() {
    let bench = Bench::new();
    let one = bench.customer("Ada Byron", "GB");
    let two = bench.customer("Zoë Weiß", "DE");
    let changes = handle(
        &bench.vault,
        &[&one, &two],
        c::HandleWhat::Tag,
        Some("Second look"),
    )
    .unwrap();
    assert_eq!(changes[0].after.tags, ["second-look"]);
    let beside = |of: &str| bench.vault.customer_show(of).unwrap().row.beside;
    assert!(beside(&one).tags.is_empty(), "looking changes nothing");
    let back = bench
        .vault
        .handling_save(&c::HandlingSaveReq {
            changes: changes.clone(),
        })
        .unwrap();
    assert_eq!(beside(&two).tags, ["second-look"]);
    assert!(
        handle(
            &bench.vault,
            &[&one, &two],
            c::HandleWhat::Tag,
            Some("second-look")
        )
        .unwrap()
        .is_empty(),
        "what would stay as it is is left out"
    );
    let assign = handle(&bench.vault, &[&two], c::HandleWhat::Assign, Some("me")).unwrap();
    bench
        .vault
        .handling_save(&c::HandlingSaveReq { changes: assign })
        .unwrap();
    assert_eq!(
        code(bench.vault.handling_save(&c::HandlingSaveReq {
            changes: back.clone()
        })),
        "E-HANDLING-CHANGED",
        "what somebody else did in the meantime is not undone with it"
    );
    assert_eq!(beside(&one).tags, ["second-look"], "all of them or none");
    let first = back[..1].to_vec();
    bench
        .vault
        .handling_save(&c::HandlingSaveReq { changes: first })
        .unwrap();
    assert!(beside(&one).tags.is_empty());
    assert_eq!(
        code(handle(
            &bench.vault,
            &[&one],
            c::HandleWhat::Tag,
            Some("a:b")
        )),
        "E-TAG"
    );
    assert_eq!(
        code(handle(
            &bench.vault,
            &[&one],
            c::HandleWhat::Due,
            Some("soon")
        )),
        "E-CLOCK-DATE"
    );
}

#[test]
fn a_comment_is_corrected_by_who_wrote_it_alone() {
    let office = with_ben(&["analyst"]);
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    ana.customer_create(&c::CustomerCreateReq {
        kind: c::PartyKind::Individual,
        name: "Ada Byron".to_owned(),
        name_original: None,
        country: Some("GB".to_owned()),
        external_id: None,
    })
    .unwrap();
    ana.comment_add(&say("C-000001", "They moved in May", None))
        .unwrap();
    ana.close().unwrap();
    drop(ana);
    let ben = office.open("staff-2", BENS).unwrap();
    let comments = || ben.record_work("C-000001").unwrap().comments.len();
    let told = crate::bench::said(ben.comment_add(&say("C-000001", "In June", Some("N-1"))));
    tells(
        &told,
        "E-COMMENT-OTHER",
        &["N-1 was written by Ana Lima", "Write a comment of your own"],
    );
    assert_eq!(
        comments(),
        1,
        "what she wrote stands, and nothing beside it"
    );
    ben.comment_add(&say("C-000001", "It was June", None))
        .unwrap();
    assert_eq!(comments(), 2);
}
