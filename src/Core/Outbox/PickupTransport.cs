namespace KenshinOtp.Outbox;

/// <summary>
/// Puts each mail as one <c>{mail id}.eml</c> file into a directory from which a mail server, or a developer, picks it up.
/// A mail that is sent twice after a crash is the same file.
/// </summary>
public sealed class PickupTransport(string directory) : IMailTransport
{
    public async Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct)
    {
        var draft = Path.Combine(directory, ".draft-" + mail.Id);
        try
        {
            Remove(draft); // left behind by a crash
            Directory.CreateDirectory(draft);
            await MailLibrary.Write(mail, body, draft, ct);
            File.Move(Directory.GetFiles(draft, "*.eml").Single(), Path.Combine(directory, mail.Id + ".eml"), overwrite: true);
            return new(DeliveryVerdict.Accepted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(DeliveryVerdict.Unreachable, e.Message, DeliveryOutcome.KindOf(e));
        }
        finally
        {
            Clear(draft);
        }
    }

    /// <summary>Whatever stopped the writing (a full disk, the end of the program): the text of a mail is not left lying about in the clear.</summary>
    private static void Clear(string draft)
    {
        try
        {
            Remove(draft);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What became of the mail is known all the same, and its next try removes it first.
        }
    }

    private static void Remove(string draft)
    {
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
    }
}
