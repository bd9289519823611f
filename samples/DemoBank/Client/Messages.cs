namespace KenshinOtp.DemoBank.Client;

/// <summary>ご契約先 with its users.</summary>
public sealed record Contract(string ServiceId, string Name, string TokenMode, string? Branch, IReadOnlyList<ContractUser> Users);

/// <summary>利用者. <c>NextStep</c> is <c>issue</c>, <c>activate</c>, <c>confirm</c>, <c>register</c> or <c>none</c>.</summary>
public sealed record ContractUser(string ServiceId, string UserId, string DisplayName, string Role, Token? Token, string NextStep);

/// <summary>
/// トークン. <c>Status</c> is <c>issued</c>, <c>activated</c>, <c>inUse</c>, <c>suspended</c>, <c>locked</c>, <c>expired</c> or <c>revoked</c>;
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
public sealed record Receipt(string ReceiptNumber, DateTimeOffset AcceptedAt, string ServiceId, string? UserId, Token? Token);

/// <summary>A single-use link to a hosted page.</summary>
public sealed record HostedPageLink(Uri Url, DateTimeOffset ExpiresAt);

public sealed record ContractParticulars(string Name, string TokenMode, string? Branch);

public sealed record UserParticulars(string DisplayName, string Role);

public sealed record VerificationRequest(string ServiceId, string UserId, string Transaction, string Otp, string Reference)
{
    public override string ToString() => $"{Transaction} {Reference}"; // a record would print its password
}

public sealed record RevocationRequest(string? Otp, string ActingUserId)
{
    public override string ToString() => $"revocation by {ActingUserId}";
}

/// <summary>Body of suspend, resume and unlock.</summary>
public sealed record StopRequest(string ActingUserId, string? Reason);

/// <summary><c>Page</c> is <c>issue</c>, <c>confirm</c> or <c>manage</c>.</summary>
public sealed record HostedPageRequest(string ServiceId, string UserId, string Page, Uri ReturnUrl);
