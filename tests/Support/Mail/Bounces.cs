using System.Text;

namespace KenshinOtp.Support.Mail;

/// <summary>What comes back to the sender of a mail, in the forms in which mail servers write it.</summary>
public static class Bounces
{
    /// <summary>Postfix, as its <c>pipe</c> and <c>local</c> hand it over: with an envelope line, LF, the whole mail, folded fields.</summary>
    public static string Postfix(string messageId, string action = "failed", string status = "5.1.1", string diagnostic = "smtp; 550 5.1.1 <taro..t.@docomo.ne.jp>:\n    Recipient address rejected: User unknown") => $"""
        From MAILER-DAEMON  Wed Apr 15 09:31:02 2026
        Return-Path: <>
        Received: by relay.kenshin.example (Postfix) id 4GfQ2k0wXz; Wed, 15 Apr 2026 09:31:02 +0900 (JST)
        Date: Wed, 15 Apr 2026 09:31:02 +0900 (JST)
        From: MAILER-DAEMON@relay.kenshin.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: otp-9001@kenshin.example
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="4GfQ2j6L9Zz.1776213062/relay.kenshin.example"
        Content-Transfer-Encoding: 7bit
        Message-Id: <4GfQ2k0wXz@relay.kenshin.example>

        This is a MIME-encapsulated message.

        --4GfQ2j6L9Zz.1776213062/relay.kenshin.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host relay.kenshin.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        --4GfQ2j6L9Zz.1776213062/relay.kenshin.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.kenshin.example
        X-Postfix-Queue-ID: 4GfQ2j6L9Zz
        X-Postfix-Sender: rfc822; otp-9001@kenshin.example
        Arrival-Date: Wed, 15 Apr 2026 09:31:01 +0900 (JST)

        Final-Recipient: rfc822; "taro..t."@docomo.ne.jp
        Original-Recipient: rfc822;taro..t.@docomo.ne.jp
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.docomo.ne.jp
        Diagnostic-Code: {diagnostic}

        --4GfQ2j6L9Zz.1776213062/relay.kenshin.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822
        Content-Transfer-Encoding: 8bit

        {Mail(messageId)}

        --4GfQ2j6L9Zz.1776213062/relay.kenshin.example--
        """;

    /// <summary>Exim: an unquoted boundary, no envelope line, a diagnosis without an enhanced code.</summary>
    public static string Exim(string messageId) => $"""
        Return-path: <>
        Envelope-to: otp-9001@kenshin.example
        X-Failed-Recipients: hanako@ezweb.ne.jp
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@relay.kenshin.example>
        To: otp-9001@kenshin.example
        References: {messageId}
        Content-Type: multipart/report; report-type=delivery-status; boundary=1776213062-eximdsn-1804289383
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1nZpQk-0007Ab-3f@relay.kenshin.example>

        --1776213062-eximdsn-1804289383
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        --1776213062-eximdsn-1804289383
        Content-type: message/delivery-status

        Reporting-MTA: dns; relay.kenshin.example

        Action: failed
        Final-Recipient: rfc822;hanako@ezweb.ne.jp
        Status: 5.0.0
        Remote-MTA: dns; mx.ezweb.ne.jp
        Diagnostic-Code: smtp; 550 <hanako@ezweb.ne.jp>: User unknown

        --1776213062-eximdsn-1804289383
        Content-type: message/rfc822

        {Mail(messageId)}

        --1776213062-eximdsn-1804289383--
        """;

    /// <summary>sendmail: comments, the header of the mail alone, given up after days of trying.</summary>
    public static string Sendmail(string messageId) => $"""
        From: Mail Delivery Subsystem <MAILER-DAEMON@relay.kenshin.example>
        Message-Id: <202604200031.63K0V2ab012345@relay.kenshin.example>
        To: <otp-9001@kenshin.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
            boundary="63K0V2ab012345.1776641462/relay.kenshin.example"
        Subject: Returned mail: Cannot send message for 5 days
        Auto-Submitted: auto-generated (failure)

        This is a MIME-encapsulated message

        --63K0V2ab012345.1776641462/relay.kenshin.example

           ----- Transcript of session follows -----
        Message could not be delivered for 5 days
        Message will be deleted from queue

        --63K0V2ab012345.1776641462/relay.kenshin.example
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.kenshin.example
        Arrival-Date: Wed, 15 Apr 2026 09:31:02 +0900

        Final-Recipient: RFC822; taro@softbank.ne.jp
        Action: failed
        Status: 4.4.7 (delivery time expired)
        Last-Attempt-Date: Mon, 20 Apr 2026 09:31:02 +0900

        --63K0V2ab012345.1776641462/relay.kenshin.example
        Content-Type: text/rfc822-headers

        {Mail(messageId).Split("\n\n")[0]}

        --63K0V2ab012345.1776641462/relay.kenshin.example--
        """;

    /// <summary>A carrier's own server: everything encoded, odd capitals, CRLF at every line's end, a reply that begins with its code.</summary>
    public static string Carrier(string messageId) => $"""
        FROM: Postmaster@docomo.ne.jp
        SUBJECT: =?iso-2022-jp?B?GyRCJWEhPCVrJSghPCVpITwbKEI=?=
        TO: otp-9001@kenshin.example
        MIME-VERSION: 1.0
        CONTENT-TYPE: MULTIPART/REPORT; REPORT-TYPE="delivery-status"; BOUNDARY="= 9B \"095B\" DSN="

        --= 9B "095B" DSN=
        Content-Type: text/plain; charset=iso-2022-jp
        Content-Transfer-Encoding: base64

        {Base64("次のアドレスに届きませんでした。")}

        --= 9B "095B" DSN={"  "}
        Content-Type: Message/Delivery-Status
        Content-Transfer-Encoding: Base64

        {Base64("Reporting-MTA: dns; mx.docomo.ne.jp\r\n\r\nFinal-Recipient: rfc822; taro..t.@docomo.ne.jp\r\nACTION: Failed\r\nSTATUS: 5.7.1\r\nDIAGNOSTIC-CODE: SMTP; 550 Sender was rejected by taro..t.@docomo.ne.jp\r\n")}
        --= 9B "095B" DSN=
        Content-Type: text/rfc822-headers
        Content-Transfer-Encoding: quoted-printable

        Subject: =E3=80=90=
        =E3=80=91
        Message-ID:=20
         {messageId.Replace("@", "=40", StringComparison.Ordinal)}

        --= 9B "095B" DSN=--
        """.Replace("\n", "\r\n", StringComparison.Ordinal);

    /// <summary>An out-of-office answer.</summary>
    public static string OutOfOffice(string messageId) => $"""
        From: taro@docomo.ne.jp
        To: otp-9001@kenshin.example
        Subject: =?utf-8?B?5LiN5Zyo?=
        Auto-Submitted: auto-replied
        In-Reply-To: {messageId}
        References: {messageId}
        Content-Type: text/plain; charset=utf-8

        Action: failed
        Status: 5.1.1
        Message-ID: {messageId}
        """;

    /// <summary>The mail that comes back.</summary>
    private static string Mail(string messageId) => $"""
        Received: from centre.kenshin.example by relay.kenshin.example; Wed, 15 Apr 2026 09:31:01 +0900 (JST)
        From: otp-9001@kenshin.example
        To: "taro..t."@docomo.ne.jp
        Message-ID:
         {messageId}
        Subject: =?utf-8?B?44OI44O844Kv44Oz?=
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        44OI44O844Kv44Oz
        """;

    private static string Base64(string text) => string.Join('\n', Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Chunk(76).Select(line => new string(line)));
}
