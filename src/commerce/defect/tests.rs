//! Tests of defects: what strikes, how often, and that nothing else does.

use super::*;

#[test]
fn a_machine_without_defects_is_never_struck() {
    let mut none = Defects::new(&[], 7);
    let struck = DEFECTS.iter().any(|defect| none.strikes(*defect, 1) || none.has(*defect));
    assert!(!struck);
    assert_eq!(none.marks(), DefectMarks::default());
    assert_eq!(size_of::<Defects>(), size_of::<usize>());
}

#[test]
fn what_strikes_is_drawn_by_the_thing_and_counted() {
    for (place, defect) in DEFECTS.into_iter().enumerate() {
        assert_eq!(place, defect as usize, "its number is its place");
        let mut has = Defects::new(&[defect], 3);
        let struck: Vec<u64> = (0..4_000).filter(|thing| has.strikes(defect, *thing)).collect();
        let again: Vec<u64> = (0..4_000).filter(|thing| has.meets(defect, *thing)).collect();
        assert_eq!(struck, again);
        assert_eq!(has.marks().of(defect), struck.len() as u64);
        let expected = 4_000 / defect.one_in();
        let off = (struck.len() as u64).abs_diff(expected);
        assert!(off * off <= 25 * expected, "{defect:?}: {} of 4000", struck.len());
        let others = DEFECTS.iter().filter(|other| has.has(**other)).count();
        assert_eq!(others, 1, "and no other is switched on");
    }
}

#[test]
fn what_is_kept_is_given_back_and_marks_add_up() {
    let mut has = Defects::new(&[Defect::ChargesOldPrice], 1);
    assert_eq!((has.keep(4, 9), has.keep(4, 10), has.kept(4)), (None, Some(9), Some(10)));
    has.mark(Defect::ChargesOldPrice);
    let mut sum = has.marks();
    sum += has.marks();
    assert_eq!(sum.of(Defect::ChargesOldPrice), 2);
}
