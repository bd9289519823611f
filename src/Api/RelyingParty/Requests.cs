namespace KenshinOtp.Api.RelyingParty;

internal sealed record PutContractRequest(string? Name, string? TokenMode, string? Branch = null);

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
