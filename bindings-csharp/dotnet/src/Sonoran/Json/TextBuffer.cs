using System;
using System.Buffers;
using System.Text;

namespace Sonoran.Json;

/// <summary>Memory that UTF-8 is written into, and used again.</summary>
internal sealed class TextBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[1024];

    internal int Length { get; private set; }

    internal int Capacity => _bytes.Length;

    /// <summary>What was written; valid until more is.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    internal void Write(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Advance(Encoding.UTF8.GetBytes(text, 0, text.Length, _bytes, Length));
    }

    internal void Clear() => Length = 0;

    private void Reserve(int count)
    {
        // A writer of JSON that asks for no number expects some room all the same.
        var needed = Length + Math.Max(count, 256);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, checked(2 * _bytes.Length)));
        }
    }
}
