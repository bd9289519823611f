namespace KenshinOtp.DemoBank.Client;

/// <summary>ご契約先 with its users.</summary>
public sealed record Contract(string ServiceId, string Name, string TokenMode, string? Branch, IReadOnlyList<ContractUser> Users);

/// <summary>利用者. <c>NextStep</c> is <c>issue</c>, <c>activate</c>, <c>confirm</c>, <c>register</c> or <c>none</c>.</summary>
public sealed record ContractUser(
    string ServiceId, string UserId, string DisplayName, string Role, bool OtpAtLogin, Token? Token, string NextStep);

/// <summary>
/// トークン. <c>Status</c> is <c>issued</c>, <c>activated</c>, <c>unbound</c>, <c>inUse</c>, <c>suspended</c>, <c>locked</c>, <c>expired</c> or
/// <c>revoked</c>;
/// states and reasons stay text here, so that a newer centre's words do not break an older bank.
/// </summary>
public sealed record Token(string Serial, string Status, DateTimeOffset? ExpiresAt, DateTimeOffset? RenewalOpensAt, string? MobileEmail, string? Mail);

/// <summary>認証: <c>Reason</c> tells why <c>Result</c> is not <c>accepted</c>.</summary>
public sealed record Verification(
    string VerificationId, string Result, string? Reason, string? Serial, int? RemainingAttempts, DateTimeOffset VerifiedAt)
{
    public bool Accepted => Result == "accepted";
}

/// <summary>受付: what the customer writes down.</summary>
public sealed record Receipt(
    string ReceiptNumber, DateTimeOffset AcceptedAt, string ServiceId, string? UserId, Token? Token, string? Before, string? After);

/// <summary>What the institution decided: what a bank needs of it.</summary>
public sealed record InstitutionPolicy(int Period, int Digits, IReadOnlyList<string> Transactions, string AccentColor)
{
    public bool AsksFor(string transaction) => Transactions.Contains(transaction, StringComparer.Ordinal);
}

/// <summary>A page of the institution's tokens.</summary>
public sealed record TokenPage(IReadOnlyList<Token> Items, string? NextCursor);

/// <summary>Something that happened. The centre's documentation lists the types; there will be more, so whoever reads them passes over those that are new.</summary>
public sealed record CentreEvent(string Id, string Type, DateTimeOffset OccurredAt, EventData Data);

/// <summary>Whom it concerns; what a bank needs of it.</summary>
public sealed record EventData(string? ServiceId, string? UserId);

/// <summary>Keep <c>NextCursor</c> with what was done about the events.</summary>
public sealed record EventPage(IReadOnlyList<CentreEvent> Items, string NextCursor);

/// <summary>Hardware tokens as their maker delivers them: <c>serial,secretHex,algorithm,digits,period,expiresAt</c>.</summary>
public sealed record TokenDelivery(string Csv)
{
    public override string ToString() => "delivery of tokens"; // a record would print its secrets
}

/// <summary>What became of a delivery. <c>Unchanged</c> are those that an earlier one brought.</summary>
public sealed record ImportResult(int Imported, int Unchanged, int RejectedCount, IReadOnlyList<RejectedToken> Rejected);

public sealed record RejectedToken(int Line, string? Serial, string Code);

/// <summary>A single-use link to a hosted page; the <c>Id</c> ends it.</summary>
public sealed record HostedPageLink(string Id, Uri Url, DateTimeOffset ExpiresAt);

/// <summary>A link, and the session it may have opened, that is over.</summary>
public sealed record ClosedHostedPage(string Id);

public sealed record ContractParticulars(string Name, string TokenMode, string? Branch);

public sealed record UserParticulars(string DisplayName, string Role);

public sealed record VerificationRequest(string ServiceId, string UserId, string Transaction, string Otp, string Reference)
{
    public override string ToString() => $"{Transaction} {Reference}"; // a record would print its password
}

/// <summary>利用開始: <c>OtpAtLogin</c> is the user's choice, null leaves it as it is; <c>ActingUserId</c> names the administrator who acts for the user.</summary>
public sealed record RegistrationRequest(string Serial, string Otp, bool? OtpAtLogin, string? ActingUserId)
{
    public override string ToString() => $"registration of {Serial}";
}

/// <summary>交換: a password of each of the two tokens.</summary>
public sealed record ExchangeRequest(string CurrentOtp, string NewSerial, string NewOtp)
{
    public override string ToString() => $"exchange for {NewSerial}";
}

public sealed record DiscontinuationRequest(string Otp)
{
    public override string ToString() => "discontinuation";
}

public sealed record RevocationRequest(string? Otp, string ActingUserId)
{
    public override string ToString() => $"revocation by {ActingUserId}";
}

/// <summary>Body of suspend, resume and unlock.</summary>
public sealed record StopRequest(string ActingUserId, string? Reason);

/// <summary>
/// <c>Page</c> is <c>issue</c>, <c>confirm</c> or <c>manage</c>; at institutions with serial-numbered tokens <c>register</c>, <c>exchange</c>,
/// <c>discontinue</c>, <c>manage</c> and, for administrators, <c>users</c> and <c>mode</c>.
/// </summary>
public sealed record HostedPageRequest(string ServiceId, string UserId, string Page, Uri ReturnUrl);
