namespace KenshinOtp.DemoBank.Pages;

/// <summary>A button that leads to one of the centre's hosted pages. <c>Page</c> as in <c>POST /portal-sessions</c>.</summary>
public sealed record HostedButton(string Id, string Page, string Label, bool Primary);
