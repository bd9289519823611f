namespace KenshinOtp.Api.RelyingParty;

internal sealed record PutContractRequest(string? Name, string? TokenMode, string? Branch = null, string? SharedSerial = null);

internal sealed record PutUserRequest(string? DisplayName, string? Role, bool? OtpAtLogin = null);

internal sealed record IssueRequest(string? MobileEmail, string? ActivationPin)
{
    public override string ToString() => nameof(IssueRequest);
}

internal sealed record ResendRequest(string? MobileEmail = null);

internal sealed record ConfirmRequest(string? Otp)
{
    public override string ToString() => nameof(ConfirmRequest);
}

internal sealed record RegisterRequest(string? Serial, string? Otp, bool? OtpAtLogin = null, string? ActingUserId = null)
{
    public override string ToString() => nameof(RegisterRequest);
}

internal sealed record ExchangeRequest(string? CurrentOtp, string? NewSerial, string? NewOtp, string? ActingUserId = null)
{
    public override string ToString() => nameof(ExchangeRequest);
}

internal sealed record DiscontinueRequest(string? Otp)
{
    public override string ToString() => nameof(DiscontinueRequest);
}

internal sealed record ResyncRequest(string? Otp1, string? Otp2)
{
    public override string ToString() => nameof(ResyncRequest);
}

internal sealed record RevokeRequest(string? Otp = null, string? ActingUserId = null)
{
    public override string ToString() => nameof(RevokeRequest);
}

internal sealed record HinderRequest(string? ActingUserId = null, string? Reason = null);

internal sealed record VerificationRequest(string? ServiceId, string? UserId, string? Transaction, string? Otp, string? Reference = null)
{
    public override string ToString() => nameof(VerificationRequest);
}

internal sealed record PortalSessionRequest(string? ServiceId, string? UserId, string? Page, string? ReturnUrl);
