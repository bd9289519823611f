using System.Net.Mail;
using System.Text;

namespace KenshinOtp.Outbox;

internal static class MailMessages
{
    /// <summary>UTF-8 throughout: every handset of today reads it, and no character turns into a question mark.</summary>
    public static MailMessage Create(LeasedMail mail, string body)
    {
        var message = new MailMessage
        {
            From = new MailAddress(mail.FromAddress, mail.FromName, Encoding.UTF8),
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Body = body,
            BodyEncoding = Encoding.UTF8,
        };
        message.To.Add(new MailAddress(mail.To.SmtpForm));
        message.Headers.Add("Message-ID", mail.MessageId);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834 §5: no out-of-office answers, please
        return message;
    }
}
