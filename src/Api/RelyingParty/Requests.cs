namespace KenshinOtp.Api.RelyingParty;

internal sealed record PutContractRequest(string? Name, string? TokenMode, string? Branch);

internal sealed record PutUserRequest(string? DisplayName, string? Role, bool? OtpAtLogin);

internal sealed record IssueRequest(string? MobileEmail, string? ActivationPin);

internal sealed record ResendRequest(string? MobileEmail);

internal sealed record ConfirmRequest(string? Otp);

internal sealed record RevokeRequest(string? Otp, string? ActingUserId);

internal sealed record HinderRequest(string? ActingUserId, string? Reason);

internal sealed record VerificationRequest(string? ServiceId, string? UserId, string? Transaction, string? Otp, string? Reference);

internal sealed record PortalSessionRequest(string? ServiceId, string? UserId, string? Page, string? ReturnUrl);
