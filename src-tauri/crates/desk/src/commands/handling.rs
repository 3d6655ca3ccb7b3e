//! Tasks, comments, who sees to what, queries and views, the help: what stands beside every screen.

use super::{Answer, Desk};
use crate::open_vault::OpenVault;
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn guide(&self, req: c::GuideReq) -> Answer<c::GuideView> {
        self.with(|vault| vault.guide(&req))
    }

    pub fn query_read(&self, req: c::QueryReadReq) -> Answer<c::QueryView> {
        self.with(|vault| vault.query_read(&req))
    }

    pub fn view_list(&self, _: Empty) -> Answer<Vec<c::ViewRow>> {
        self.with(OpenVault::view_list)
    }

    pub fn view_save(&self, req: c::ViewSaveReq) -> Answer<Vec<c::ViewRow>> {
        self.with(|vault| vault.view_save(&req))
    }

    pub fn my_work(&self, req: c::MyWorkReq) -> Answer<c::MyWork> {
        self.with(|vault| vault.my_work(&req))
    }

    pub fn record_work(&self, req: c::RefReq) -> Answer<c::RecordWork> {
        self.with(|vault| vault.record_work(&req.r#ref))
    }

    pub fn task_list(&self, req: c::TaskListReq) -> Answer<Vec<c::TaskRow>> {
        self.with(|vault| vault.task_list(&req))
    }

    pub fn task_save(&self, req: c::TaskSaveReq) -> Answer<c::RecordWork> {
        self.with(|vault| vault.task_save(&req))
    }

    pub fn task_advance(&self, req: c::TaskAdvanceReq) -> Answer<c::RecordWork> {
        self.with(|vault| vault.task_advance(&req))
    }

    pub fn comment_add(&self, req: c::CommentAddReq) -> Answer<c::RecordWork> {
        self.with(|vault| vault.comment_add(&req))
    }

    pub fn handling_preview(&self, req: c::HandlingPreviewReq) -> Answer<Vec<c::HandlingChange>> {
        self.with(|vault| vault.handling_preview(&req))
    }

    pub fn handling_save(&self, req: c::HandlingSaveReq) -> Answer<Vec<c::HandlingChange>> {
        self.with(|vault| vault.handling_save(&req))
    }
}
