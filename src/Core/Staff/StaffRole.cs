namespace KenshinOtp.Staff;

/// <summary>What a member of the staff is there for.</summary>
public enum StaffRole
{
    /// <summary>窓口: works on the contracts of the own branch.</summary>
    Teller,

    /// <summary>役席: a teller who also approves what others of the institution drafted.</summary>
    Approver,

    /// <summary>本部: everything, of all branches.</summary>
    HeadOffice,

    /// <summary>監査: reads everything and changes nothing.</summary>
    Auditor,

    /// <summary>コールセンター: stops tokens that were lost at night, and nothing else.</summary>
    CallCentre,
}

/// <summary>What staff can do on these screens.</summary>
public enum StaffAction
{
    /// <summary>失効</summary>
    Revoke,

    /// <summary>事故設定</summary>
    Suspend,

    /// <summary>事故解除</summary>
    Resume,

    /// <summary>ロック解除</summary>
    Unlock,

    /// <summary>再送</summary>
    Resend,

    /// <summary>利用解約</summary>
    Cancel,

    /// <summary>承認</summary>
    Approve,

    /// <summary>Reads the mails that go out.</summary>
    SeeDeliveries,

    /// <summary>Reads the audit trail.</summary>
    SeeAudit,

    /// <summary>Reads the jobs' state.</summary>
    SeeJobs,

    /// <summary>Runs jobs now.</summary>
    RunJobs,

    /// <summary>Ends the sessions of others.</summary>
    EndSessions,
}

/// <summary>The one table of who may do what.</summary>
public static class Powers
{
    public static bool May(this StaffRole role, StaffAction action) => (role, action) switch
    {
        (StaffRole.HeadOffice, _) => true,
        (StaffRole.Auditor, StaffAction.SeeDeliveries or StaffAction.SeeAudit or StaffAction.SeeJobs) => true,
        (StaffRole.Auditor, _) => false,
        (StaffRole.CallCentre, _) => action == StaffAction.Suspend,
        (StaffRole.Approver, StaffAction.Approve) => true,
        (StaffRole.Teller or StaffRole.Approver, StaffAction.Revoke or StaffAction.Suspend or StaffAction.Resume or StaffAction.Unlock
            or StaffAction.Resend or StaffAction.Cancel or StaffAction.SeeDeliveries) => true,
        _ => false,
    };

    /// <summary>
    /// Whether this takes a second person where the institution's policy demands dual control: what cannot be undone, and the lifting of a suspension, for
    /// the token may have been in strange hands. A locked one was with its user all the time: one person unlocks it.
    /// </summary>
    public static bool TakesTwo(this StaffAction action) => action is StaffAction.Revoke or StaffAction.Resume or StaffAction.Cancel;

    /// <summary>Whether this cannot be undone.</summary>
    public static bool IsFinal(this StaffAction action) => action is StaffAction.Revoke or StaffAction.Cancel;

    /// <summary>Whether the role works for one branch alone.</summary>
    public static bool IsOfBranch(this StaffRole role) => role is StaffRole.Teller or StaffRole.Approver;
}
