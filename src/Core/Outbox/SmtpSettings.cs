namespace KenshinOtp.Outbox;

/// <summary>How the mail server is reached.</summary>
public enum SmtpSecurity
{
    None,
    StartTls,

    /// <summary>TLS from the first byte (port 465); not in every package set.</summary>
    Tls,
}

public sealed record SmtpSettings(string Host, int Port, SmtpSecurity Security, string? User, string? Password, TimeSpan Timeout)
{
    public override string ToString() => $"{Host}:{Port}";
}
