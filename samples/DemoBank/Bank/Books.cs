namespace KenshinOtp.DemoBank.Bank;

public sealed record Account(string ServiceId, string Kind, string Number, long Balance);

/// <summary>A transfer that was accepted, with the password's serial number as the bank's proof.</summary>
public sealed record Transfer(
    string Number, string ServiceId, string UserId, string FromAccount, Payee Payee, long Amount, DateTimeOffset AcceptedAt,
    string? Serial, string VerificationId);

/// <summary>電子証明書: a stage prop, no certificate is made.</summary>
public sealed record Certificate(string UserId, string Number, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>What a bank writes down. Limits (by contract), certificates and the verifications that have served are null in books that an older demo kept.</summary>
internal sealed record Books(
    int LastNumber, IReadOnlyList<Account> Accounts, IReadOnlyList<Transfer> Transfers, IReadOnlyDictionary<string, long>? Limits = null,
    IReadOnlyList<Certificate>? Certificates = null, IReadOnlyList<string>? UsedVerifications = null);
