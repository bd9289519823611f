namespace KenshinOtp.DemoBank.Startup;

/// <summary>The demo cannot start; the message is one sentence that says what to do.</summary>
public sealed class DemoException(string message) : Exception(message);
