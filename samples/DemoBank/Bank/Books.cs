namespace KenshinOtp.DemoBank.Bank;

public sealed record Account(string ServiceId, string Kind, string Number, long Balance);

/// <summary>A transfer that was accepted, with the password's serial number as the bank's proof.</summary>
public sealed record Transfer(
    string Number, string ServiceId, string UserId, string FromAccount, Payee Payee, long Amount, DateTimeOffset AcceptedAt,
    string? Serial, string VerificationId);

/// <summary>電子証明書: a stage prop, no certificate is made.</summary>
public sealed record Certificate(string UserId, string Number, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>お知らせ: what the customer must know of an event of the centre.</summary>
public sealed record Bulletin(string EventId, string Type, DateTimeOffset At, string ServiceId, string UserId);

/// <summary>
/// What a bank writes down. Limits (by contract), certificates, the verifications that have served, the users without a token (by user ID), what they were told
/// and how far the centre's events were read are null in books that an older demo kept.
/// </summary>
internal sealed record Books(
    int LastNumber, IReadOnlyList<Account> Accounts, IReadOnlyList<Transfer> Transfers, IReadOnlyDictionary<string, long>? Limits = null,
    IReadOnlyList<Certificate>? Certificates = null, IReadOnlyList<string>? UsedVerifications = null,
    IReadOnlyList<string>? Tokenless = null, IReadOnlyList<Bulletin>? Bulletins = null, string? EventCursor = null);
