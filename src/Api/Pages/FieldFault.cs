namespace KenshinOtp.Api.Pages;

/// <summary>The sentence at a field that says what to do; nothing without one.</summary>
internal sealed record FieldFault(string Field, string? Text);
