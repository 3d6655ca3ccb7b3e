import sys

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

def regroup(values, width, wanted, rest):
    held = bits = 0
    out = []
    for value in values:
        held, bits = held << width | value, bits + width
        while bits >= wanted:
            bits -= wanted
            out.append(held >> bits & (1 << wanted) - 1)
    return out + [held << wanted - bits & (1 << wanted) - 1] if rest and bits else out

def checksum(name, data):
    sum = 1
    for value in [ord(c) >> 5 for c in name] + [0] + [ord(c) & 31 for c in name] + data:
        top, sum = sum >> 25, (sum & 0x1FFFFFF) << 5 ^ value
        for bit, word in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            sum ^= word * (top >> bit & 1)
    return sum

def times(a, b):
    product = 0
    while b:
        product ^= a * (b & 1)
        a, b = a << 1 ^ 0x11B * (a >> 7), b >> 1
    return product

def inverse(a):
    power = 1
    for _ in range(254):
        power = times(power, a)
    return power

parts = {}
for line in sys.stdin:
    text = "".join(line.split()).lower()
    if text:
        name, _, body = text.rpartition("1")
        data = [LETTERS.find(c) for c in body]
        if name != "cipdesk-part-" or -1 in data or checksum(name, data) != 1:
            sys.exit("a typing error in: " + line)
        part = regroup(data[:-6], 5, 8, False)
        needed, parts[part[6]] = part[5], part[7:]
if len(parts) < needed:
    sys.exit(f"{needed} different parts are needed")
secret = [0] * 32
for x, share in parts.items():
    weight = 1
    for other in parts:
        if other != x:
            weight = times(weight, times(other, inverse(other ^ x)))
    secret = [byte ^ times(weight, y) for byte, y in zip(secret, share)]
name, data = "age-secret-key-", regroup(secret, 8, 5, True)
rest = checksum(name, data + [0] * 6) ^ 1
data += [rest >> 5 * at & 31 for at in range(5, -1, -1)]
print((name + "1" + "".join(LETTERS[value] for value in data)).upper())
