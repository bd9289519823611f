namespace KenshinOtp.Outbox;

public enum MailPurpose
{
    /// <summary>The URL from which the app is downloaded.</summary>
    Download,

    /// <summary>Notice that the renewal has opened.</summary>
    RenewalNotice,
}

public enum MailStatus
{
    /// <summary>Waits, or is tried again.</summary>
    Queued,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>Refused for good, or too late to be of use.</summary>
    Failed,

    /// <summary>Withdrawn before it went out: another mail took its place, or its token died or was renewed.</summary>
    Superseded,
}

/// <summary>A mail to be queued with the change that causes it.</summary>
/// <param name="InstitutionId">Whose mail it is.</param>
/// <param name="TokenId">The token it is about.</param>
/// <param name="Purpose">Why it is sent.</param>
/// <param name="FromAddress">The institution's sender address.</param>
/// <param name="FromName">The sender's name as the phone shows it.</param>
/// <param name="To">The phone.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text; sealed in the row and erased once it was sent.</param>
/// <param name="UselessAfter">From then on it is not sent any more.</param>
public sealed record OutboundMail(
    string InstitutionId, string TokenId, MailPurpose Purpose, string FromAddress, string FromName, MobileEmail To, string Subject, string Body,
    DateTimeOffset UselessAfter)
{
    /// <summary>When it is to go out; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public override string ToString() => $"mail ({Purpose})";
}

/// <summary>A mail that this worker has leased and now hands to the transport.</summary>
public sealed record LeasedMail(
    string Id, string InstitutionId, string? TokenId, string FromAddress, string FromName, string ToAddress, string MessageId, string Subject, string SealedBody,
    int Attempt, DateTimeOffset UselessAfter)
{
    /// <exception cref="FormatException">The row holds no address: it was not written by this program.</exception>
    public MobileEmail To => MobileEmail.TryParse(ToAddress, out var to) ? to : throw new FormatException("Not an address in a row.");

    public override string ToString() => $"mail {Id}";
}
