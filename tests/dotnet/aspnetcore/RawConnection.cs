using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A connection that sends what no HTTP client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    // Asked for once: a client whose writing failed gives no stream, while what came before can still be read.
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    /// <summary>Connects and sends the head of a POST.</summary>
    public static async Task<RawConnection> Post(Uri url, string header)
    {
        var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var connection = new RawConnection(client);
        await connection.Send($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\n{header}\r\n\r\n");
        return connection;
    }

    public async Task Send(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends until the other side does not take any more.</summary>
    public async Task SendUntilClosed(string text)
    {
        try
        {
            while (true)
            {
                await Send(text);
            }
        }
        catch (IOException)
        {
            // Now it is.
        }
    }

    /// <summary>What comes up to a text in it.</summary>
    public async Task<string> Until(string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(end) && await _stream.ReadAsync(buffer) is > 0 and var count)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>All that comes until the other side closes the connection.</summary>
    public async Task<string> UntilClosed()
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A reset closes as well.
        }

        return text.ToString();
    }

    /// <summary>Waits until the endpoint reads the body, which a head with <c>Expect: 100-continue</c> makes the server say.</summary>
    public async Task IsRead() =>
        Assert.StartsWith("HTTP/1.1 100 ", await Until("\r\n\r\n"));

    public void Dispose() => _client.Dispose();
}
