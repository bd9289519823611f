namespace KenshinOtp.DemoBank.Mailbox;

/// <summary>A mail as a phone shows it.</summary>
/// <param name="Id">The file's name without its ending; ids sort by the time they were made.</param>
/// <param name="From">The sender's name and address.</param>
/// <param name="To">The address it went to.</param>
/// <param name="Subject">One line.</param>
/// <param name="SentAt">The Date header, or the file's own time.</param>
/// <param name="Lines">The body, line by line.</param>
public sealed record Mail(string Id, string From, string To, string Subject, DateTimeOffset SentAt, IReadOnlyList<string> Lines);
