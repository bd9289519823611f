namespace KenshinOtp.DemoBank.Pages;

/// <summary>A button that leads to one of the centre's hosted pages (<c>issue</c>, <c>confirm</c>, <c>manage</c>).</summary>
public sealed record HostedButton(string Id, string Page, string Label, bool Primary);
