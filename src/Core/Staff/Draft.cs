using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;

namespace KenshinOtp.Staff;

public enum DraftStatus
{
    /// <summary>承認待ち</summary>
    Open,

    /// <summary>承認</summary>
    Approved,

    /// <summary>差戻し</summary>
    Returned,

    /// <summary>取下げ</summary>
    Withdrawn,

    /// <summary>期限切れ: nobody decided by the end of the business day.</summary>
    Expired,
}

/// <summary>What one member of staff drafted for another to approve.</summary>
public sealed record Draft
{
    public required string Id { get; init; }

    public required string InstitutionId { get; init; }

    public required StaffAction Action { get; init; }

    public required string ContractId { get; init; }

    public required ServiceId ServiceId { get; init; }

    /// <summary>The contract's name and branch, for the queue.</summary>
    public required string ContractName { get; init; }

    public string? Branch { get; init; }

    /// <summary>The user; null where the whole contract is concerned.</summary>
    public UserId? UserId { get; init; }

    public string? UserName { get; init; }

    /// <summary>The token that was seen when it was drafted: the approval is for that one.</summary>
    public string? TokenId { get; init; }

    public string? Serial { get; init; }

    public required Paper Paper { get; init; }

    /// <summary>What the audit trail says of the paper once somebody else than the drafter has to do with it.</summary>
    public string Detail => Paper.DetailBy(DrafterName);

    /// <summary>The state as stored; <see cref="StatusAt"/> also knows the clock.</summary>
    public required DraftStatus Status { get; init; }

    public required string DraftedBy { get; init; }

    public required string DrafterName { get; init; }

    public required DateTimeOffset DraftedAt { get; init; }

    /// <summary>The end of the business day.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public string? DeciderName { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DecisionNote { get; init; }

    public string? ReceiptNumber { get; init; }

    public DraftStatus StatusAt(DateTimeOffset now) => Status == DraftStatus.Open && ExpiresAt <= now ? DraftStatus.Expired : Status;

    /// <summary>What the audit trail hears of it.</summary>
    internal Entry Told(string action, Actor actor, string? detail) => new(action, actor, InstitutionId)
    {
        ServiceId = ServiceId.Value,
        UserId = UserId?.Value,
        Serial = Serial,
        After = Action.ToRow(),
        Detail = detail,
    };
}
