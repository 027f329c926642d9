"""What is said of states of units and of corrections."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences, said

FIELDS: Sentences = {
    "before_unit": said(
        "The unit was not listed or used yet.", "該單元當時尚未上架或使用。", "该单元当时尚未上架或使用。"
    ),
    "too_long_a_time": said("At most %(days)s days.", "最多%(days)s日。", "最多%(days)s天。"),
    "not_of_state": said("This does not belong to that state.", "這項不屬於所選狀態。", "这一项不属于所选状态。"),
}
HISTORY: Sentences = {
    "state.corrected": said("corrected the states of the unit", "更正了單元的狀態", "更正了单元的状态"),
    "state.uncorrected": said("took a correction of states back", "撤回了狀態更正", "撤回了状态更正"),
}
