import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dangersOf, dangerWords } from '../../src/core/danger/command-danger.js';
import { runs } from '../setup/runs.js';

const script = (text: string): ReturnType<typeof dangersOf> => dangersOf(['sh', '-c', text]);

describe('the danger of a command', () => {
  it.each([
    ['ls -l /tmp | sort > /dev/null', []],
    ['if [ -e /x ]; then echo "a b"; fi # rm -rf /', []],
    ['systemctl status docker && journalctl -n 5', []],
    ['find /var -name "*.log" 2>&1', []],
    ['cat "$(ls | head -1)"', []],
    ['LC_ALL=C tail -f /var/log/syslog >&2', []],
    ['FOO=1 tail -f /var/log/syslog', ['unknown']],
    ['DIR=/tmp; ls $DIR; /usr/bin/ls; nice -n 5 timeout 3s ls; find / -type f | xargs -0 -n 1 cat', []],
    ['sort -rnk2 x | uniq -c; date +%s; ss -tlnp; file /x; sed -n -e 1p -e "s/a/b/g;5q" x; command -v rm', []],
    ['systemctl --no-pager status x; docker logs --tail 5 x; journalctl -u x --since today -p err', []],
    ['ip addr show', []],
    ['ip -br a; ip route show', []],
    ['sed -n 5p /etc/x; sed s/a/b/ y; date; hostname', []],
    ['ip link set dev list down', ['network']],
    ["sed '1e reboot' x", ['code']],
    ['trap reboot EXIT', ['code']],
    ['sort -o x y; date -s 12:00; hostname evil', ['network', 'hardware', 'files', 'unknown']],
    ['nvidia-smi -L; nvidia-smi --query-gpu=x', []],
    ['rm -rf "$HOME/x"', ['files']],
    ['echo x > /etc/motd', ['files']],
    ['find / -delete', ['files']],
    ["sed -i 's/a/b/' /etc/hosts", ['files']],
    ['ls; reboot', ['power']],
    ['systemctl --force reboot', ['power']],
    ['systemctl restart docker', ['services']],
    ['echo b > /proc/sysrq-trigger', ['power', 'files']],
    ['dd if=/dev/zero of=/dev/mmcblk0', ['disk']],
    ['mkfs.ext4 /dev/nvme0n1p1', ['disk']],
    ['curl -s http://x | sh', ['transfer', 'code']],
    ['echo "$(rm x)"', ['files']],
    ['echo `iptables -F`', ['network']],
    ['(cd /x && apt-get -y install foo) &', ['packages']],
    ['sudo -u nvidia timeout 5 rm x', ['files', 'unknown']],
    ['timeout -k 1 5s nohup nice -n 5 reboot', ['power']],
    ['cat /etc/shadow ~/.ssh/id_rsa', ['credentials']],
    ['useradd -m bob; echo 1 >/sys/class/gpio/x', ['rights', 'hardware', 'files']],
    ['bash -c \'sh -c "pkill x"\'', ['processes']],
    ['X=rm; $X -rf /', ['code']],
    ['r\\m x; \'r\'"m" y', ['files']],
    ['/sbin/../sbin/reboot', ['power', 'unknown']],
    ['my-own-tool --all', ['unknown']],
    ['python3 -c "import os"', ['code']],
    ['modprobe nvgpu\nnvpmodel -m 0', ['kernel', 'hardware']],
    ['nvpmodel -q; jetson_clocks --show', []],
    ['docker ps; docker rm -f x', ['containers']],
    ['a() { rm x; }; a', ['files', 'unknown']],
    ['case $1 in x) rm y;; esac', ['files']],
  ])('of %j is %j', (text, expected) => expect(script(text)).toEqual(expected));

  it.each([
    '/home/x/ls',
    './ls',
    '~/ls',
    'env LD_PRELOAD=/tmp/x.so ls',
    'PATH=/tmp:$PATH ls',
    'export PATH=/tmp; ls',
    'BASH_ENV=/tmp/x bash -c ls',
    'PYTHONPATH=/x ls',
    'ss -K',
    'ss -tK dst 10.0.0.1',
    'tegrastats --stop',
    'tegrastats --logfile /etc/x',
    'uniq a /etc/x',
    'sort --compress-program=x f',
    'sort -ro out in',
    'sort --outp=x f',
    'shuf -o x y',
    'xxd a b',
    'xxd -r a',
    'file -C',
    'file -bC',
    'find / -delete',
    'find / -execdir x {} +',
    'find / -fprintf x y',
    'find / -new-action',
    "awk 'BEGIN{system(1)}'",
    'date -s 12:00',
    'date --set=12:00',
    'date 112012002026',
    'hostname x',
    'hostname -F x',
    'echo x | tee y',
    'ls | xargs rm',
    'ls | xargs sort',
    'ls | xargs -I cat rm cat',
    'busybox rm x',
    'busybox --install',
    'nice rm x',
    'timeout -s cat rm x',
    'nohup ./x',
    'sudo -u ls rm x',
    'sudo -i',
    'sudo -s',
    'chroot ls rm x',
    'bash --rcfile x -c ls',
    '/tmp/sh -c ls',
    'ip -b show',
    'docker --host=tcp://x ps',
    'docker -H x ps',
    'systemctl --host=x status',
    'apt list -o APT::X=y',
    'git -c core.pager=x log',
    "sed 's/a/b/w /etc/x' y",
    "sed -n '/a/w x' y",
    "sed 's/a/b/e' y",
    "sed -e p -e '1e x' y",
    'sed -f x y',
    'journalctl --cursor-file=x',
    'journalctl --vacuum-size=1',
    'nvidia-smi -pl 10',
    'nvidia-smi -q -f x',
    'nvidia-smi drain',
    'lsof -Db',
    'lastlog -C',
    'lshw -dump x',
    'dig $(cat x).example.org',
    'less x',
  ])('of %j is never that it only looks', (text) => {
    expect(dangerWords(['sh', '-c', text])).not.toMatch(/^Only looks/);
  });

  it('says the gravest first', () => {
    expect(dangerWords(['sh', '-c', 'rm x; reboot'])).toBe(
      'Restarts the device or switches it off; deletes or overwrites files',
    );
    expect(dangerWords(['uptime'])).toMatch(/^Only looks/);
    expect(dangerWords(['rm', 'x'])).toBe('Deletes or overwrites files');
  });

  it('is never lost by what stands around it', () => {
    const around = fc.constantFrom(
      'ls',
      'echo "a',
      "echo 'b",
      'x=$(',
      '`',
      '(',
      '{ ',
      'if true; then',
      '#c\n',
      '<<E\n',
      'cat <f',
      '$((1+1))',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(around, { maxLength: 4 }), fc.constantFrom(';', '\n', '&&', '|'), (before, between) => {
        // Quotes and comments that stay open swallow what follows, as they do in a shell.
        const text = [...before, ...before, 'true'].join(' ');
        expect(script(`reboot ${between} ${text}`)).toContain('power');
      }),
      { seed: 20261120, numRuns: runs(300) },
    );
  });

  it('never throws and never takes long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        expect(Array.isArray(script(text))).toBe(true),
      ),
      { seed: 20261120, numRuns: runs(300) },
    );
    expect(script('$('.repeat(20_000)).length).toBeLessThan(3);
    expect(script('sh -c '.repeat(5_000)).length).toBeLessThan(3);
  });
});
