namespace KenshinOtp.Api.RelyingParty;

internal sealed record PutContractRequest(string? Name, string? TokenMode, string? Branch);

internal sealed record PutUserRequest(string? DisplayName, string? Role, bool? OtpAtLogin);

internal sealed record IssueRequest(string? MobileEmail, string? ActivationPin)
{
    public override string ToString() => nameof(IssueRequest);
}

internal sealed record ResendRequest(string? MobileEmail);

internal sealed record ConfirmRequest(string? Otp)
{
    public override string ToString() => nameof(ConfirmRequest);
}

internal sealed record RevokeRequest(string? Otp, string? ActingUserId)
{
    public override string ToString() => nameof(RevokeRequest);
}

internal sealed record HinderRequest(string? ActingUserId, string? Reason);

internal sealed record VerificationRequest(string? ServiceId, string? UserId, string? Transaction, string? Otp, string? Reference)
{
    public override string ToString() => nameof(VerificationRequest);
}

internal sealed record PortalSessionRequest(string? ServiceId, string? UserId, string? Page, string? ReturnUrl);
